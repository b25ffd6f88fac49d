#!/usr/bin/env node
import { Command } from 'commander'
import { apiKeyCommand } from './cli/api-key.ts'
import { doctorCommand } from './cli/doctor.ts'
import { explainCommand } from './cli/explain.ts'
import { identityCommand } from './cli/identity.ts'
import { memberCommand } from './cli/member.ts'
import { noticesCommand } from './cli/notices.ts'
import { sendCommand } from './cli/send.ts'
import { startCommand } from './cli/start.ts'
import { texts } from './cli/texts.ts'
import { workspaceCommand } from './cli/workspace.ts'
import { version } from './main/version.ts'

/** Runs one command line (`process.argv`); sets the exit code, never throws. */
export async function runCli(argv: readonly string[]): Promise<void> {
  const program = new Command('fairlead')
    .description(texts.program.about)
    .version(version)
    .showHelpAfterError()
    .configureHelp({ showGlobalOptions: false })
  const commands = [
    ...[startCommand, workspaceCommand, memberCommand, apiKeyCommand, identityCommand],
    ...[sendCommand, explainCommand, noticesCommand, doctorCommand],
  ]
  for (const make of commands) program.addCommand(make())
  await program.parseAsync([...argv])
}

if (import.meta.main) await runCli(process.argv)
