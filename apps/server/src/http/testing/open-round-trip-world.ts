import { generateKeyPairSync } from 'node:crypto'
import type { RoundTrip } from '@fairlead/contract'
import { vi } from 'vitest'
import type { SendOutcome } from '../../channels/channel.ts'
import { createManagedChannel } from '../../channels/managed/channel.ts'
import type { Channels } from '../../channels/registry.ts'
import { type LinkScript, scriptedLinkChannel } from '../../channels/testing/scripted-link-channel.ts'
import type { LookUpParts } from '../../domains/look-up-records.ts'
import { platformHosts } from '../../domains/platform-hosts.ts'
import { createPolicyReader } from '../../domains/policy-reader.ts'
import { createSenderDirectory } from '../../domains/sender-directory.ts'
import { startInboundListener } from '../../inbound/start-inbound-listener.ts'
import { startNoticeReader } from '../../inbound/start-notice-reader.ts'
import type { OutgoingMessage } from '../../mail/message.ts'
import { createSecrets } from '../../platform/secrets.ts'
import { type Bind, startBind } from '../../testing/start-bind.ts'
import { freePort } from '../../testing/start-program.ts'
import { addressGuard } from '../../transports/address-guard.ts'
import { createAuthorityClient } from '../../transports/dns/authority.ts'
import { createDnsClient } from '../../transports/dns/client.ts'
import { createPlainResolver } from '../../transports/dns/plain-resolver.ts'
import { startTestApi, type TestApi, type TestMember, testAppKey } from './start-test-api.ts'

const mailDomain = 'mail.fairlead.test'
const { returnPathHost, dkimSelector } = platformHosts(mailDomain)
const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 })

/** The API with managed servers that deliver to our own listener, and BIND that both ask. */
export interface RoundTripWorld {
  readonly api: TestApi
  readonly port: number
  /** What the inbound role logged as an error. */
  readonly errors: object[]
  /** Publishes the platform's key, or a stranger's in its place. */
  publishKey(whose: 'ours' | 'a strangers'): Promise<void>
  /** What asks for the records of sending domains, as regular work does. */
  readonly lookUp: LookUpParts
  /** Publishes these lines in the zone of acme.example, and nothing else. */
  publish(...lines: readonly string[]): Promise<void>
  /** Messages seem to come from our own network. */
  comesFromInside(is: boolean): void
  close(): Promise<void>
}

export async function openRoundTripWorld(script: LinkScript = {}): Promise<RoundTripWorld> {
  const [ours, stranger] = [pair(), pair()]
  const zoneOf = (key: typeof ours) => [
    ...['mail A 127.0.0.1', 'mail TXT "v=spf1 a -all"', 'bounces.mail MX 10 mail'],
    `bounces.mail TXT "v=spf1 a:${mailDomain} -all"`,
    `${dkimSelector}._domainkey.mail TXT ${keyRecord(key)}`,
  ]
  const bind = await startBind({
    'fairlead.test': zoneOf(ours),
    'acme.example': ['@ TXT "v=spf1 -all"', '_dmarc TXT "v=DMARC1; p=none"'],
  })
  const port = await freePort()
  const api = await startApi({ bind, port, script, key: ours.privateKey })
  const inbound = await startInbound(api, { bind, port })
  return {
    ...{ api, port, errors: inbound.errors, lookUp: lookUpOf(bind) },
    publish: (...lines) => bind.change('acme.example', lines),
    publishKey: whose => bind.change('fairlead.test', zoneOf(whose === 'ours' ? ours : stranger)),
    comesFromInside: inbound.comesFromInside,
    async close() {
      await inbound.stop()
      await api.close()
      await bind.stop()
    },
  }
}

function keyRecord(key: ReturnType<typeof pair>): string {
  const text = key.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
  return `"v=DKIM1; k=rsa; p=${text.slice(0, 200)}" "${text.slice(200)}"`
}

interface Around {
  readonly bind: Bind
  /** Of the listener. */
  readonly port: number
}

function lookUpOf(bind: Bind): LookUpParts {
  const [, port = ''] = bind.address.split(':')
  const guard = addressGuard({ allow: ['127.0.0.0/8'] })
  const asking = { servers: [bind.address], serverPort: Number(port), timeoutMs: 1_000 }
  return { hosts: platformHosts(mailDomain), authority: createAuthorityClient({ ...asking, guard }) }
}

function startApi(of: Around & { script: LinkScript; key: ReturnType<typeof pair>['privateKey'] }) {
  const dns = createDnsClient({ servers: [of.bind.address] })
  const guard = addressGuard({ allow: ['127.0.0.0/8'] })
  const managed = createManagedChannel({ dns, guard, mxPort: of.port, ehloName: mailDomain })
  const channels: Channels = new Map([
    ['managed', managed],
    ['smtp', scriptedLinkChannel(of.script)],
  ])
  return startTestApi(({ db }) => {
    const secrets = createSecrets([testAppKey])
    const keys = [
      { domain: mailDomain, selector: dkimSelector, algorithm: 'rsa-sha256' as const, key: of.key },
    ]
    const senders = createSenderDirectory({ db, secrets, freshMs: 0, platform: { keys, returnPathHost } })
    return {
      channels,
      policies: createPolicyReader(dns, 10_000),
      domains: { ...lookUpOf(of.bind), smartHost: null, dns },
      roundTrips: { db, secrets, key: returnPathKey(), senders, returnPathHost, mailDomain },
    }
  })
}

function returnPathKey() {
  const [key] = createSecrets([testAppKey]).macKeys('return-path')
  if (key === undefined) throw new Error('no key')
  return key
}

async function startInbound({ database: { db } }: TestApi, { bind, port }: Around) {
  const errors: object[] = []
  let isInside = false
  const log = {
    info: () => undefined,
    warn: () => undefined,
    error: (facts: object) => void errors.push(facts),
  }
  const hosts = { mailDomain, returnPathHost, keys: [returnPathKey()] }
  const evaluate = { resolver: createPlainResolver([bind.address]), isInside: () => isInside }
  const reader = startNoticeReader({ db, log, ...hosts, evaluate })
  const listener = await startInboundListener({
    ...{ db, log, ...hosts, host: '127.0.0.1', port, onStored: () => reader.wake() },
  })
  return {
    errors,
    comesFromInside: (is: boolean) => {
      isInside = is
    },
    async stop() {
      await listener.close()
      await reader.stop()
    },
  }
}

/** The bytes of a message as a channel hands them over, dots not yet doubled. */
export async function bytesOf(message: OutgoingMessage): Promise<string> {
  let text = `${message.headers.join('\r\n')}\r\n\r\n`
  for await (const chunk of message.openBody()) text += chunk
  return text
}

/** What GET /links/{id}/round-trips tells. */
export async function tripsOf(member: TestMember, linkId: string) {
  const { body } = await member.call('GET', `/links/${linkId}/round-trips`)
  return body as unknown as { canMeasure: boolean; sentence: string | null; roundTrips: RoundTrip[] }
}

/** The newest round trip, as soon as it is measured. */
export function measuredTrip(member: TestMember, linkId: string, id: string): Promise<RoundTrip> {
  return vi.waitFor(
    async () => {
      const found = (await tripsOf(member, linkId)).roundTrips.find(trip => trip.id === id)
      if (found?.state !== 'measured') throw new Error(`still ${found?.state}`)
      return found
    },
    { timeout: 20_000, interval: 50 },
  )
}

export const accepted: SendOutcome = { is: 'accepted', finalHop: false }
