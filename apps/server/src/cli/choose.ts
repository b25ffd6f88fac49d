import { addressProblems } from '@fairlead/contract'
import { checkAddress } from '../mail/address.ts'
import type { Address } from '../mail/message.ts'
import type { Db } from '../platform/database/connect.ts'
import { parseId, type WorkspaceId } from '../platform/ids.ts'
import { PlainError } from '../platform/plain-error.ts'
import { findMembers, findWorkspaces, type Member } from '../team/find-members.ts'
import { say, texts } from './texts.ts'

/** An address from the command line. Throws a PlainError that says what is wrong with it. */
export function requireAddress(text: string): Address {
  const answer = checkAddress(text)
  if ('address' in answer) return answer.address
  const problem = addressProblems[answer.problem] ?? answer.problem
  throw new PlainError(say(texts.choose.wrongAddress, { address: text.slice(0, 100), problem }))
}

/** The name given, or one made from the address: ann.lee@… is Ann Lee. Throws a PlainError for an unusable name. */
export function requireName(given: string | undefined, address: Address): string {
  const name = (given ?? wordsOf(address)).trim()
  if (name === '' || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(name)) throw new PlainError(texts.choose.emptyName)
  return name
}

function wordsOf(address: Address): string {
  const words = address
    .slice(0, address.lastIndexOf('@'))
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
  return words.map(word => word.charAt(0).toUpperCase() + word.slice(1)).join(' ') || address
}

export interface Workspace {
  readonly id: WorkspaceId
  readonly name: string
}

/** The workspace that is meant, by name or id; without a wish the only one. Throws a PlainError where it is not clear. */
export async function chooseWorkspace(db: Db, wanted: string | undefined): Promise<Workspace> {
  const all = await findWorkspaces(db)
  const names = listOf(all.map(workspace => workspace.name))
  const [first, ...others] = wanted === undefined ? all : all.filter(workspace => isMeant(workspace, wanted))
  if (first !== undefined && others.length === 0) return first
  if (all.length === 0) throw new PlainError(texts.choose.noWorkspace)
  if (first !== undefined) throw new PlainError(say(texts.choose.whichWorkspace, { names }))
  throw new PlainError(say(texts.choose.noSuchWorkspace, { wanted: wanted ?? '', names }))
}

export function isMeant(workspace: Workspace, wanted: string): boolean {
  return workspace.name === wanted || workspace.id === parseId('workspace', wanted)
}

/** The member with this address. Throws a PlainError where there is none, or one in several workspaces. */
export async function chooseMember(
  db: Db,
  wanted: { address: Address; workspace: string | undefined },
): Promise<Member> {
  const { address, workspace } = wanted
  const all = await findMembers(db, address)
  const [first, ...others] =
    workspace === undefined
      ? all
      : all.filter(({ workspaceId: id, workspaceName: name }) => isMeant({ id, name }, workspace))
  if (first === undefined) {
    const isNew = (await findWorkspaces(db)).length === 0
    throw new PlainError(isNew ? texts.choose.noWorkspace : say(texts.choose.noMember, { address }))
  }
  if (others.length > 0) {
    const names = listOf(all.map(member => member.workspaceName))
    throw new PlainError(say(texts.choose.severalMemberships, { address, names }))
  }
  return first
}

const mostNames = 10

export function listOf(names: readonly string[]): string {
  return [...names.slice(0, mostNames), ...(names.length > mostNames ? ['…'] : [])].join(', ')
}
