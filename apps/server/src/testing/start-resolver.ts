import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathOf } from './needs.ts'
import { ownLoopbackAddress, startProgram } from './start-program.ts'

/** Options of unbound and libunbound by which loopback servers and names for tests are taken as any others. */
export const lenientServer = [
  ...['do-not-query-localhost: no', 'module-config: "iterator"', 'qname-minimisation: no'],
  ...['harden-below-nxdomain: no', 'unblock-lan-zones: yes', 'insecure-lan-zones: yes'],
  ...['test.', 'invalid.', 'onion.', 'home.arpa.'].map(zone => `local-zone: "${zone}" nodefault`),
]
  .map(line => `  ${line}`)
  .join('\n')

export interface Resolver {
  /** Answers at port 53 of it, where programs that know no other port ask. */
  readonly address: string
  stop(): Promise<void>
}

/**
 * A private unbound that asks the server at `dns` (`address:port`) for everything, without taking a name
 * for absent because one above it is: a server of single zones has nothing in between. Root: port 53. With `anchors`
 * (Bind.anchorOf) it validates, and takes zones without one for unsigned.
 */
export async function startResolver(
  dns: string,
  options: { readonly anchors?: readonly string[] } = {},
): Promise<Resolver> {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-unbound-'))
  const address = ownLoopbackAddress()
  const config = join(folder, 'unbound.conf')
  await writeFile(
    config,
    `server:
  interface: ${address}@53
  do-daemonize: no
  username: ""
  chroot: ""
  directory: "${folder}"
  pidfile: ""
  use-syslog: no
  verbosity: 1
  num-threads: 1
  access-control: 127.0.0.0/8 allow
${validation(options.anchors)}
remote-control:
  control-enable: no
stub-zone:
  name: "."
  stub-addr: ${dns.replace(':', '@')}
  stub-no-cache: yes
`,
  )
  const program = await startProgram({
    path: pathOf('unbound'),
    arguments: ['-d', '-p', '-c', config],
    readyWhen: /start of service/,
  })
  return {
    address,
    async stop() {
      await program.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** In place of the module that only asks. */
const validation = (anchors: readonly string[] = []): string =>
  anchors.length === 0
    ? lenientServer
    : [
        lenientServer.replace('module-config: "iterator"', 'module-config: "validator iterator"'),
        // A validator keeps what it validated, whatever the stub says; a test changes its zone and looks again.
        ...['  cache-max-ttl: 0', '  cache-max-negative-ttl: 0'],
        ...anchors.map(key => `  trust-anchor: "${key}"`),
      ].join('\n')
