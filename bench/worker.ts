import { createPrivateKey } from 'node:crypto'
import { createChannels } from '../apps/server/src/channels/registry.ts'
import { platformHosts } from '../apps/server/src/domains/platform-hosts.ts'
import { createSenderDirectory } from '../apps/server/src/domains/sender-directory.ts'
import { startWorker } from '../apps/server/src/main/start-worker.ts'
import { liveBackOff } from '../apps/server/src/outbox/back-off.ts'
import { connect } from '../apps/server/src/platform/database/connect.ts'
import { createLog } from '../apps/server/src/platform/log.ts'
import { createSecrets } from '../apps/server/src/platform/secrets.ts'
import { addressGuard } from '../apps/server/src/transports/address-guard.ts'
import { createDnsClient } from '../apps/server/src/transports/dns/client.ts'

/** One worker process: waits for a line on stdin, carries the queue, leaves at the next line. */
interface Order {
  readonly url: string
  readonly dns: string
  readonly mxPort: number
  readonly connections: number
  readonly key: string
}

async function* noBlob(): AsyncGenerator<Uint8Array> {}

const lines: AsyncIterator<Buffer> = process.stdin[Symbol.asyncIterator]()
const order = JSON.parse(String((await lines.next()).value)) as Order
const db = connect({ url: order.url, most: 10 })
const hosts = platformHosts('mail.bench.test')
const around = {
  dns: createDnsClient({ servers: [order.dns] }),
  guard: addressGuard({ allow: ['127.0.0.0/8'] }),
  ehloName: hosts.mailDomain,
}
const worker = await startWorker({
  ...{ db, hosts, backOff: liveBackOff, log: createLog({ level: 'warn' }) },
  secrets: createSecrets([order.key]),
  channels: createChannels({
    managed: { ...around, mxPort: order.mxPort, connectionsPerLane: order.connections },
    smtp: around,
  }),
  returnPathKey: { id: 1, secret: Buffer.alloc(32, 1) },
  senders: createSenderDirectory({
    ...{ db, secrets: createSecrets(['a key for the bench alone, 32 or more']) },
    platform: {
      keys: [
        {
          ...{ domain: hosts.mailDomain, selector: hosts.dkimSelector, algorithm: 'rsa-sha256' },
          key: createPrivateKey(order.key),
        },
      ],
      returnPathHost: hosts.returnPathHost,
    },
  }),
  release: {
    mailDomain: hosts.mailDomain,
    giveUpMs: liveBackOff.giveUpMs,
    readBlob: () => noBlob,
    maxBytes: () => 25_000_000,
  },
})
await lines.next()
await worker.stop(5_000)
const used = process.cpuUsage()
process.stdout.write(`${JSON.stringify({ cpuMs: (used.user + used.system) / 1000 })}\n`)
await db.destroy()
process.exit(0)
