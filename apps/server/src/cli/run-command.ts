import { Problem } from '@fairlead/contract'
import { type Config, readConfig } from '../platform/config.ts'
import { messageOf, PlainError } from '../platform/plain-error.ts'
import { say, texts } from './texts.ts'

/** One line of the answer, on standard output. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** One line beside the answer, on standard error. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`)
}

/**
 * Runs a command's work and says what went wrong in a sentence. What an operator can put right has no stack; a fault of
 * ours has one with FAIRLEAD_LOG_LEVEL=debug. Exit code 1 in either case.
 */
export async function runCommand(work: (config: Config) => Promise<void>): Promise<void> {
  let isDebugging = false
  try {
    const config = readConfig()
    isDebugging = config.logLevel === 'debug'
    await work(config)
  } catch (error) {
    process.exitCode = 1
    if (error instanceof PlainError || error instanceof Problem) return note(error.message)
    note(say(texts.failed.internal, { message: messageOf(error) }))
    note(isDebugging && error instanceof Error ? (error.stack ?? '') : texts.failed.hint)
  }
}
