import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathOf } from './needs.ts'
import { freePort, startProgram } from './start-program.ts'

export interface Bind {
  /** `address:port` for FAIRLEAD_DNS_SERVERS. */
  readonly address: string
  stop(): Promise<void>
}

/**
 * A private BIND, authoritative for these zones: records in the zone file's own words without SOA and NS, e.g.
 * `{ 'rcpt.test': ['@ MX 10 mx', 'mx A 127.0.0.9'] }`.
 */
export async function startBind(zones: Readonly<Record<string, readonly string[]>>): Promise<Bind> {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-bind-'))
  // It listens on addresses of interfaces only, and the others of 127/8 belong to none.
  const address = '127.0.0.1'
  const port = await freePort()
  const names = Object.keys(zones)
  for (const [name, records] of Object.entries(zones)) {
    const head = ['$TTL 60', '@ SOA ns hostmaster 1 60 60 60 60', '@ NS ns', `ns A ${address}`]
    await writeFile(join(folder, `${name}.zone`), `${[...head, ...records].join('\n')}\n`)
  }
  await writeFile(
    join(folder, 'named.conf'),
    `options {
      directory "${folder}"; pid-file none; session-keyfile "${folder}/session.key";
      listen-on port ${port} { ${address}; }; listen-on-v6 { none; };
      recursion no; allow-query { any; }; notify no; dnssec-validation no;
    };
    controls { };
    ${names.map(name => `zone "${name}" { type primary; file "${name}.zone"; };`).join('\n')}`,
  )
  const program = await startProgram({
    path: pathOf('bind'),
    arguments: ['-g', '-c', join(folder, 'named.conf')],
    readyWhen: /\brunning$/m,
  })
  return {
    address: `${address}:${port}`,
    async stop() {
      await program.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
