#!/usr/bin/env node
import { Command } from 'commander'
import { startCommand } from './cli/start.ts'
import { texts } from './cli/texts.ts'
import { version } from './main/version.ts'

/** Runs one command line (`process.argv`); sets the exit code, never throws. */
export async function runCli(argv: readonly string[]): Promise<void> {
  const program = new Command('fairlead')
    .description(texts.program.about)
    .version(version)
    .showHelpAfterError()
    .configureHelp({ showGlobalOptions: false })
  // A start opens the database while it loads its code; the other commands' code would come before.
  const commands = argv[2] === 'start' ? [startCommand] : (await import('./cli/commands.ts')).commands
  for (const make of commands) program.addCommand(make())
  await program.parseAsync([...argv])
}

if (import.meta.main) await runCli(process.argv)
