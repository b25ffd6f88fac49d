import { Command } from 'commander'
import { allRoles, type Role } from '../main/roles.ts'
import { stopOnSignals } from '../main/stop-on-signals.ts'
import { type Fairlead, startFairlead } from '../main.ts'
import { type Config, variablesHelp } from '../platform/config.ts'
import { PlainError } from '../platform/plain-error.ts'
import { buildWebApp } from './build-web-app.ts'
import { note, print, runCommand } from './run-command.ts'
import { say, texts } from './texts.ts'

/** `fairlead start [--role http,worker,inbound]`: runs until a signal. */
export function startCommand(): Command {
  return new Command('start')
    .description(texts.start.about)
    .option('--role <roles>', texts.start.role)
    .addHelpText('after', () => `\n${variablesHelp()}`)
    .action((options: { role?: string }) =>
      runCommand(async config => {
        const roles = rolesOf(options.role)
        // Where standard output is a pipe, it is a log: JSON alone.
        const tell = process.stdout.isTTY ? print : note
        if (roles.includes('http')) await buildWebApp(tell)
        const fairlead = await startFairlead({ config: quietAtTerminal(config), roles })
        stopOnSignals(() => fairlead.stop())
        for (const line of greeting(fairlead, { config, roles })) tell(line)
      }),
    )
}

/** People at a terminal read the greeting; the log is for collectors, and there by FAIRLEAD_LOG_LEVEL. */
function quietAtTerminal(config: Config): Config {
  const isWanted = process.env.FAIRLEAD_LOG_LEVEL !== undefined || !process.stdout.isTTY
  return isWanted ? config : { ...config, logLevel: 'warn' }
}

function rolesOf(text: string | undefined): readonly Role[] {
  if (text === undefined) return allRoles
  return text.split(',').map(part => {
    const role = allRoles.find(name => name === part.trim())
    if (role === undefined) throw new PlainError(say(texts.start.wrongRole, { role: part.trim() }))
    return role
  })
}

function greeting(
  { url }: Fairlead,
  { config, roles }: { config: Config; roles: readonly Role[] },
): string[] {
  const isSandbox = config.mode === 'sandbox'
  const recipient = isSandbox ? 'lee@north.example' : 'you@your-company.example'
  return [
    url === null
      ? say(texts.start.readyWithoutHttp, { roles: roles.join(', ') })
      : say(texts.start.ready, { url }),
    isSandbox ? texts.start.sandbox : texts.start.live,
    ...(url === null ? [] : [say(texts.start.docs, { url })]),
    ...(url !== null && isSandbox ? ['', say(texts.start.firstSteps, { recipient })] : []),
    ...(process.stdout.isTTY ? ['', texts.start.stop] : []),
  ]
}
