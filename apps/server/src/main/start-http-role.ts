import { join } from 'node:path'
import { sandboxClient } from '@fairlead/simulator/client'
import { LiveFeed } from '../conversations/live-feed.ts'
import { smartHostName } from '../domains/allowlist.ts'
import { createPolicyReader } from '../domains/policy-reader.ts'
import { createHttp } from '../http/create-http.ts'
import type { Address } from '../mail/message.ts'
import { makeReturnPath } from '../mail/return-path.ts'
import { DueHints, listenForDue } from '../platform/database/due-hints.ts'
import { newId } from '../platform/ids.ts'
import { createKeyRing } from '../team/key-ring.ts'
import { acceptParts } from './mail-parts.ts'
import type { Core } from './open-core.ts'
import {
  graceMs,
  liveHints,
  type RoleParts,
  receivesMail,
  returnPathKeyOf,
  senderDirectory,
} from './role-parts.ts'
import type { Worker } from './start-worker.ts'
import type { Stops } from './stops.ts'
import { version } from './version.ts'

/** Where `npm run build` leaves the web app. */
const webFolder = join(import.meta.dirname, '..', '..', '..', 'web', 'dist')

/** Serves the API; answers its URL. `worker`: the one in this process. */
export async function startHttpRole(parts: RoleParts, worker: Worker | null): Promise<string> {
  const { core, stops, metrics } = parts
  const hints = new DueHints(core.db, error =>
    core.log.warn({ err: error }, 'A hint about due mail was lost'),
  )
  const live = await startLiveFeed(core, stops)
  const onDue = () => {
    worker?.wake()
    hints.tell()
    live.tell()
  }
  const http = await createHttp({
    ...{ live, sandbox: parts.sandbox, simulatedClient: parts.sandbox ? sandboxClient : null },
    ...{ db: core.db, log: core.log, metrics, version },
    ...{ mode: core.config.mode, http: core.config.http },
    ...{ secrets: core.secrets, receivesMail: receivesMail(core.config) },
    probeReturnPath: () => newReturnPath(parts),
    roundTrips: {
      ...{ db: core.db, secrets: core.secrets, key: returnPathKeyOf(core) },
      ...{ ...parts.hosts, senders: senderDirectory(parts) },
    },
    ...{ auth: core.auth, channels: parts.mail.channels, publicUrl: core.config.publicUrl },
    policies: createPolicyReader(parts.mail.dns),
    webFolder,
    keyRing: createKeyRing({ db: core.db, auth: core.auth }),
    accept: acceptParts({ ...parts, onDue }),
    domains: {
      ...{ ...parts.mail.lookUp, dns: parts.mail.dns },
      smartHost: smartHostName(core.config.mail.smartHost),
    },
    ...(worker ? { isWorkerAlive: () => worker.isAlive() } : {}),
  })
  stops.add('http', () => http.close(graceMs.http))
  return http.listen()
}
/** News for those who watch, as soon as any process hints at them. */
async function startLiveFeed(core: Core, stops: Stops): Promise<LiveFeed> {
  const { db, log, directUrl } = core
  const hints = liveHints(core)
  const live = new LiveFeed({
    ...{ db, onTell: () => hints.tell() },
    onError: error => log.warn({ err: error }, 'News cannot be read now; the next look comes in a second'),
  })
  const heard = await listenForDue({
    ...{ url: directUrl, topic: 'live' },
    wake: () => live.wake(),
    onError: error => log.warn({ err: error }, 'No hints about news; polling goes on'),
  })
  stops.add('hints about news', () => heard.close())
  return live
}

/** Of no delivery: whatever comes back to it is nobody's news. */
function newReturnPath({ core, hosts }: RoleParts): Address {
  const key = returnPathKeyOf(core)
  return makeReturnPath({ key, deliveryId: newId('delivery'), round: 1, host: hosts.returnPathHost })
}
