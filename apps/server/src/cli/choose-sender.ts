import { findIdentitiesByAddress } from '../identities/find-identities-by-address.ts'
import type { Db } from '../platform/database/connect.ts'
import type { IdentityId, MemberId, WorkspaceId } from '../platform/ids.ts'
import { PlainError } from '../platform/plain-error.ts'
import { findMembers, findWorkspaces } from '../team/find-members.ts'
import { isMeant, listOf, requireAddress } from './choose.ts'
import { say, texts } from './texts.ts'

/** Who sends: a member, as an identity or as their default one. */
export interface CommandSender {
  readonly workspaceId: WorkspaceId
  readonly memberId: MemberId
  readonly identityId?: IdentityId
}

/**
 * The member behind `--from <address>`; without it the only workspace's first admin. Throws a PlainError where that is
 * nobody, or several.
 */
export async function chooseCommandSender(
  db: Db,
  wanted: { from: string | undefined; workspace: string | undefined },
): Promise<CommandSender> {
  return wanted.from === undefined
    ? firstAdmin(db, wanted.workspace)
    : ownerOf(db, { from: wanted.from, workspace: wanted.workspace })
}

async function firstAdmin(db: Db, workspace: string | undefined): Promise<CommandSender> {
  const workspaces = await findWorkspaces(db)
  const fitting = workspace === undefined ? workspaces : workspaces.filter(one => isMeant(one, workspace))
  const names = listOf(workspaces.map(one => one.name))
  if (workspaces.length === 0) throw new PlainError(texts.choose.noWorkspace)
  if (fitting.length === 0)
    throw new PlainError(say(texts.choose.noSuchWorkspace, { wanted: workspace, names }))
  if (fitting.length > 1) throw new PlainError(say(texts.choose.whichSender, { names }))
  const members = (await findMembers(db)).filter(member => member.workspaceId === fitting[0]?.id)
  const sender = members.find(member => member.role === 'admin') ?? members[0]
  if (sender === undefined) throw new PlainError(texts.choose.noWorkspace)
  return { workspaceId: sender.workspaceId, memberId: sender.id }
}

async function ownerOf(
  db: Db,
  { from, workspace }: { from: string; workspace: string | undefined },
): Promise<CommandSender> {
  const address = requireAddress(from)
  const all = await findIdentitiesByAddress(db, address)
  const fitting =
    workspace === undefined
      ? all
      : all.filter(one => isMeant({ id: one.workspaceId, name: one.workspaceName }, workspace))
  const [first, ...others] = fitting
  if (first === undefined) {
    const isNew = (await findWorkspaces(db)).length === 0
    throw new PlainError(isNew ? texts.choose.noWorkspace : say(texts.choose.noIdentity, { address }))
  }
  if (others.length > 0) throw new PlainError(say(texts.choose.severalIdentities, { address }))
  return { workspaceId: first.workspaceId, memberId: first.memberId, identityId: first.id }
}
