import { Command } from 'commander'
import { showId } from '../platform/ids.ts'
import { PlainError } from '../platform/plain-error.ts'
import { addMember } from '../team/add-member.ts'
import { chooseWorkspace, requireAddress, requireName } from './choose.ts'
import { note, print } from './run-command.ts'
import { runWithCore } from './run-with-core.ts'
import { say, texts } from './texts.ts'

interface AddOptions {
  readonly workspace?: string
  readonly name?: string
  readonly admin?: boolean
}

/** `fairlead member add <address> [--workspace] [--name] [--admin]`: prints the member's id. */
export function memberCommand(): Command {
  const add = new Command('add')
    .description(texts.member.add)
    .argument('<address>', texts.member.address)
    .option('--workspace <workspace>', texts.member.workspace)
    .option('--name <name>', texts.member.name)
    .option('--admin', texts.member.admin)
    .action((text: string, options: AddOptions) =>
      runWithCore(async core => {
        const address = requireAddress(text)
        const name = requireName(options.name, address)
        const workspace = await chooseWorkspace(core.db, options.workspace)
        const role = options.admin === true ? 'admin' : 'rep'
        const made = await addMember(core, { workspaceId: workspace.id, name, address, role })
        if (made === null)
          throw new PlainError(say(texts.member.known, { address, workspace: workspace.name }))
        print(showId('member', made.memberId))
        note(say(texts.member.added, { address, workspace: workspace.name }))
        note(say(texts.member.vouch, { address }))
      }),
    )
  return new Command('member').description(texts.member.about).addCommand(add)
}
