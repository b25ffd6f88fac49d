import { Command } from 'commander'
import { readAllowlist, smartHostName } from '../domains/allowlist.ts'
import { platformHosts } from '../domains/platform-hosts.ts'
import { loadPlatformKey } from '../domains/platform-key.ts'
import type { Core } from '../main/open-core.ts'
import { createDnsClient } from '../transports/dns/client.ts'
import { type Check, checkHealth } from './check-health.ts'
import { checkPorts } from './check-ports.ts'
import { checkRecords } from './check-records.ts'
import { note, print } from './run-command.ts'
import { runWithCore } from './run-with-core.ts'
import { say, texts } from './texts.ts'

interface DoctorOptions {
  readonly json?: boolean
  readonly outside: string
}

/** `fairlead doctor`: exit code 1 when something needs doing. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description(texts.doctor.about)
    .option('--json', texts.doctor.json)
    .option('--outside <domain>', texts.doctor.outside, 'gmail.com')
    .action((options: DoctorOptions) =>
      runWithCore(async core => {
        const checks = [
          ...(await checkHealth(core)),
          ...(core.config.mode === 'live' ? await checkLive(core, options) : []),
        ]
        show(core, checks, options.json === true)
        if (checks.some(check => check.todo !== null)) process.exitCode = 1
      }),
    )
}

async function checkLive({ config, db, secrets }: Core, { outside }: DoctorOptions): Promise<Check[]> {
  const { dnsServers } = config.mail
  const dns = createDnsClient(dnsServers === null ? {} : { servers: dnsServers })
  const hosts = platformHosts(config.mail.domain)
  try {
    const { record: dkim } = await loadPlatformKey(db, secrets, hosts)
    const list = await readAllowlist({ dns, hosts, smartHost: smartHostName(config.mail.smartHost) })
    const { mailDomain } = hosts
    const records = await checkRecords({ dns, dnsServers, list, mailDomain, dkim: dkim.value })
    return [...records, ...(await checkPorts({ config, dns, hosts, outside }))]
  } finally {
    dns.close()
  }
}

function show(core: Core, checks: readonly Check[], isJson: boolean): void {
  const bad = checks.filter(check => check.todo !== null)
  if (isJson) {
    print(JSON.stringify({ mode: core.config.mode, isGood: bad.length === 0, checks }, null, 2))
    return
  }
  if (core.config.mode === 'sandbox') print(texts.doctor.sandbox)
  for (const { what, todo } of checks) {
    print(`${todo === null ? 'ok  ' : 'MEND'}  ${what}`)
    if (todo !== null) print(`      ${todo}`)
  }
  const summary = bad.length === 0 ? texts.doctor.summaryGood : texts.doctor.summaryBad
  note(say(summary, { count: bad.length, all: checks.length }))
}
