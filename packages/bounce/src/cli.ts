#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { readReturnedMail } from './parse.ts'
import { scorerLine } from './scorer-line.ts'

const usage = `usage: fairlead-bounce [--names sisimai] < list-of-files
Reads file paths on standard input, one a line, and prints one JSON line for each mail.
  --names sisimai   print reasons under Sisimai's names instead of our codes
`

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(usage)
    return 0
  }
  const at = args.indexOf('--names')
  if (at >= 0 && args[at + 1] !== 'sisimai') {
    process.stderr.write(usage)
    return 2
  }
  const names = at >= 0 ? 'sisimai' : 'ours'
  let code = 0
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    const file = line.trim()
    if (file === '') continue
    try {
      const report = readReturnedMail(readFileSync(file))
      process.stdout.write(`${JSON.stringify(scorerLine(file, report, names))}\n`)
    } catch (error) {
      process.stderr.write(`${file}: ${error instanceof Error ? error.message : String(error)}\n`)
      code = 1
    }
  }
  return code
}

process.exitCode = await main(process.argv.slice(2))
