import { parseArgs } from 'node:util'
import { startSimulator } from './start-simulator.ts'

const help = `node simulator/src/main.ts --data <folder> [--host 127.0.0.1] [--dns-port N] [--smtp-port N]
  [--submission-port N] [--submissions-port N] [--control-port N] [--api-port N] [--follow-stdin]

Prints one JSON line when ready: {"dns","smtp":[{"address","port"}],
"submission":{"address","port","securePort","authority"},"control","api","pid"}.
Ends on SIGTERM or SIGINT, and with --follow-stdin when its input ends.`

function readPort(name: string, given: string | undefined): number {
  const port = Number(given ?? 0)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--${name}: not a port: ${given}`)
  return port
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      host: { type: 'string' },
      'dns-port': { type: 'string' },
      'smtp-port': { type: 'string' },
      'control-port': { type: 'string' },
      'submission-port': { type: 'string' },
      'submissions-port': { type: 'string' },
      'api-port': { type: 'string' },
      'follow-stdin': { type: 'boolean' },
      help: { type: 'boolean' },
    },
  })
  if (values.help) return void console.log(help)
  if (!values.data) throw new Error(`--data is missing\n\n${help}`)
  const simulator = await startSimulator({
    data: values.data,
    ...(values.host === undefined ? {} : { host: values.host }),
    dnsPort: readPort('dns-port', values['dns-port']),
    smtpPort: readPort('smtp-port', values['smtp-port']),
    controlPort: readPort('control-port', values['control-port']),
    submissionPort: readPort('submission-port', values['submission-port']),
    submissionsPort: readPort('submissions-port', values['submissions-port']),
    apiPort: readPort('api-port', values['api-port']),
  })
  const stop = () => {
    // A second signal, or parts that hang, end it the hard way.
    setTimeout(() => process.exit(1), 5_000).unref()
    simulator.close().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  if (values['follow-stdin']) process.stdin.resume().once('end', stop).once('error', stop)
  const { dns, smtp, submission, control, api } = simulator
  console.log(JSON.stringify({ dns, smtp, submission, control, api, pid: process.pid }))
}

main().catch(error => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})
