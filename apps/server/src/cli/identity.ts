import { Command } from 'commander'
import { findIdentitiesByAddress } from '../identities/find-identities-by-address.ts'
import { vouchForIdentity } from '../identities/vouch-for-identity.ts'
import { PlainError } from '../platform/plain-error.ts'
import { chooseWorkspace, listOf, requireAddress } from './choose.ts'
import { note } from './run-command.ts'
import { runWithCore } from './run-with-core.ts'
import { say, texts } from './texts.ts'

/** `fairlead identity vouch <address> [--workspace]`: whoever may run commands here answers as an admin does. */
export function identityCommand(): Command {
  const vouch = new Command('vouch')
    .description(texts.identity.vouch)
    .argument('<address>', texts.identity.address)
    .option('--workspace <workspace>', texts.member.workspace)
    .action((text: string, options: { workspace?: string }) =>
      runWithCore(async core => {
        const address = requireAddress(text)
        const workspace =
          options.workspace === undefined ? null : await chooseWorkspace(core.db, options.workspace)
        const all = await findIdentitiesByAddress(core.db, address)
        const found = workspace === null ? all : all.filter(one => one.workspaceId === workspace.id)
        if (found.length === 0) throw new PlainError(say(texts.identity.none, { address }))
        const names = [...new Set(found.map(one => one.workspaceName))]
        if (names.length > 1) {
          throw new PlainError(say(texts.choose.severalMemberships, { address, names: listOf(names) }))
        }
        for (const { workspaceId, id } of found)
          await vouchForIdentity(core.db, { workspaceId, identityId: id })
        note(say(texts.identity.vouched, { address }))
      }),
    )
  return new Command('identity').description(texts.identity.about).addCommand(vouch)
}
