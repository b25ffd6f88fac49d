import { Command } from 'commander'
import { PlainError } from '../platform/plain-error.ts'
import { createApiKey } from '../team/create-api-key.ts'
import { chooseMember, requireAddress } from './choose.ts'
import { print } from './run-command.ts'
import { runWithCore } from './run-with-core.ts'
import { texts } from './texts.ts'

interface CreateOptions {
  readonly email: string
  readonly workspace?: string
  readonly name?: string
  readonly days?: string
}

/** `fairlead api-key create --email <member>`: prints the key alone, so that a script can take it. */
export function apiKeyCommand(): Command {
  const create = new Command('create')
    .description(texts.apiKey.create)
    .requiredOption('--email <address>', texts.apiKey.email)
    .option('--workspace <workspace>', texts.member.workspace)
    .option('--name <name>', texts.apiKey.name)
    .option('--days <days>', texts.apiKey.days)
    .action((options: CreateOptions) =>
      runWithCore(async core => {
        const expiresInDays = daysOf(options.days)
        const address = requireAddress(options.email)
        const member = await chooseMember(core.db, { address, workspace: options.workspace })
        const { key } = await createApiKey(core.auth, member, {
          ...(options.name === undefined ? {} : { name: options.name.slice(0, 100) }),
          ...(expiresInDays === null ? {} : { expiresInDays }),
        })
        print(key)
      }),
    )
  return new Command('api-key').description(texts.apiKey.about).addCommand(create)
}

function daysOf(text: string | undefined): number | null {
  if (text === undefined) return null
  const days = Number(text)
  if (!/^\d+$/.test(text) || days < 1 || days > 3_650) throw new PlainError(texts.apiKey.wrongDays)
  return days
}
