import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { askServer } from '../transports/dns/ask-server.ts'
import { pathOf } from './needs.ts'
import { freePort, startProgram } from './start-program.ts'

export interface Bind {
  /** `address:port` for FAIRLEAD_DNS_SERVERS. */
  readonly address: string
  /** The keys of a signed zone as a validating resolver is told them: `name DNSKEY …`. */
  anchorOf(zone: string): Promise<string>
  /** Puts other records into a zone; resolves when the server answers with them. */
  change(zone: string, records: readonly string[]): Promise<void>
  stop(): Promise<void>
}

/**
 * A private BIND, authoritative for these zones: records in the zone file's own words without SOA and NS, e.g.
 * `{ 'rcpt.test': ['@ MX 10 mx', 'mx A 127.0.0.9'] }`. Zones in `signed` bear DNSSEC signatures of their own keys.
 */
export async function startBind(
  zones: Readonly<Record<string, readonly string[]>>,
  options: { readonly signed?: readonly string[] } = {},
): Promise<Bind> {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-bind-'))
  // It listens on addresses of interfaces only, and the others of 127/8 belong to none.
  const address = '127.0.0.1'
  const port = await freePort()
  const names = Object.keys(zones)
  const write = (name: string, records: readonly string[], serial: number) => {
    const head = [
      '$TTL 60',
      `@ SOA ns hostmaster ${serial} 60 60 60 60`,
      '@ NS ns',
      `ns A ${address}`,
      `serial TXT ${serial}`,
    ]
    return writeFile(join(folder, `${name}.zone`), `${[...head, ...records].join('\n')}\n`)
  }
  for (const [name, records] of Object.entries(zones)) await write(name, records, 1)
  await writeFile(
    join(folder, 'named.conf'),
    `options {
      directory "${folder}"; pid-file none; session-keyfile "${folder}/session.key";
      listen-on port ${port} { ${address}; }; listen-on-v6 { none; };
      recursion no; allow-query { any; }; notify no; dnssec-validation no;
    };
    controls { };
    ${names.map(name => `zone "${name}" { type primary; file "${name}.zone"; ${signing(name, options.signed)}};`).join('\n')}`,
  )
  const program = await startProgram({
    path: pathOf('bind'),
    arguments: ['-g', '-c', join(folder, 'named.conf')],
    readyWhen: /\brunning$/m,
  })
  let serial = 1
  // A signed zone is served some time after its file was read.
  const serialOf = async (zone: string): Promise<string> => {
    const answer = await askServer({ address, port }, { name: `serial.${zone}`, type: 'TXT' })
    const row = answer.is === 'answered' ? answer.answers.find(one => one.type === 'TXT') : undefined
    return row?.type === 'TXT' ? String(row.data) : ''
  }
  return {
    address: `${address}:${port}`,
    async anchorOf(zone) {
      const names = await readdir(folder)
      const file = names.find(name => name.startsWith(`K${zone}.+`) && name.endsWith('.key'))
      if (file === undefined) throw new Error(`BIND made no key for ${zone}`)
      const lines = (await readFile(join(folder, file), 'utf8')).split('\n')
      return lines.find(line => line.includes('DNSKEY') && !line.startsWith(';')) ?? ''
    },
    async change(zone, records) {
      serial += 1
      await write(zone, records, serial)
      process.kill(program.pid, 'SIGHUP')
      for (let looks = 0; (await serialOf(zone)) !== String(serial); looks++) {
        if (looks > 500)
          throw new Error(`BIND does not load ${zone} again:\n${program.output().slice(-2000)}`)
        await delay(20)
      }
    },
    async stop() {
      await program.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const signing = (name: string, signed: readonly string[] = []): string =>
  signed.includes(name) ? 'dnssec-policy default; inline-signing yes; ' : ''
