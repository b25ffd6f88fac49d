import { Command } from 'commander'
import { showId } from '../platform/ids.ts'
import { PlainError } from '../platform/plain-error.ts'
import { createWorkspace } from '../team/create-workspace.ts'
import { requireAddress, requireName } from './choose.ts'
import { note, print } from './run-command.ts'
import { runWithCore } from './run-with-core.ts'
import { say, texts } from './texts.ts'

/** `fairlead workspace create <name> --email <admin> [--name <person>]`: prints the workspace's id. */
export function workspaceCommand(): Command {
  const create = new Command('create')
    .description(texts.workspace.create)
    .argument('<name>', texts.workspace.name)
    .requiredOption('--email <address>', texts.workspace.email)
    .option('--name <name>', texts.workspace.person)
    .action((workspaceName: string, options: { email: string; name?: string }) =>
      runWithCore(async core => {
        const adminAddress = requireAddress(options.email)
        const adminName = requireName(options.name, adminAddress)
        const name = workspaceName.trim()
        if (name === '') throw new PlainError(texts.choose.emptyName)
        const { workspaceId } = await createWorkspace(core, { name, adminName, adminAddress })
        print(showId('workspace', workspaceId))
        note(say(texts.workspace.made, { name, address: adminAddress }))
        note(say(texts.workspace.next, { address: adminAddress }))
      }),
    )
  return new Command('workspace').description(texts.workspace.about).addCommand(create)
}
