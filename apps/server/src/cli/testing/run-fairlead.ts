import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

export interface CommandAnswer {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

const launcher = join(import.meta.dirname, '../launch.mjs')

/** Runs one command as a user would, with no settings but these. */
export async function runFairlead(
  settings: Readonly<Record<string, string>>,
  args: readonly string[],
  options: { nodeFlags?: readonly string[]; input?: string } = {},
): Promise<CommandAnswer> {
  const child = spawn(process.execPath, [...(options.nodeFlags ?? []), launcher, ...args], {
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...settings },
  })
  child.stdin.end(options.input ?? '')
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code: child.exitCode, stdout, stderr }
}
