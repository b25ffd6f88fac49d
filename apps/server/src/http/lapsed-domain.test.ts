import type { RecipientView, SendingDomain } from '@fairlead/contract'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { graceHours } from '../domains/switch-state.ts'
import { linesOf } from '../domains/testing/open-domain-world.ts'
import { checkDomainsJob } from '../jobs/check-domains.ts'
import { asEngine } from '../platform/database/as-role.ts'
import { createLog } from '../platform/log.ts'
import { has } from '../testing/needs.ts'
import { managedOf } from './testing/links.ts'
import { measuredTrip, openRoundTripWorld, type RoundTripWorld } from './testing/open-round-trip-world.ts'
import { type OpenStream, openStream } from './testing/read-stream.ts'

/** A domain from its first record to its lapse and back, as everybody sees it: pages, mails, and mail that arrives. */
describe.runIf(has('bind'))('a record that lapses', () => {
  let world: RoundTripWorld
  let news: OpenStream
  let domain: SendingDomain
  let managedId: string
  let clockMs = 0
  beforeAll(async () => {
    world = await openRoundTripWorld()
    managedId = (await managedOf(world.api.ann)).id
    news = await openStream({ url: world.api.url, key: world.api.ann.key })
    await news.next()
  })
  afterAll(async () => {
    news.close()
    await world.close()
  })

  const policy = '_dmarc TXT "v=DMARC1; p=reject"'
  const signature = ['dkim-1', 'dkim-2'] as const
  const returnPath = ['return-path-mx', 'return-path-spf'] as const
  /** The hour passes, and the regular work looks. */
  async function later(hours: number): Promise<void> {
    const { api, lookUp } = world
    clockMs += hours * 3_600_000
    await api.database.setClockOffset(clockMs)
    const job = checkDomainsJob({ lookUp, accept: api.accept, publicUrl: 'https://app.example' })
    const log = createLog({ level: 'silent', to: { write: () => undefined } })
    await job.run({ db: api.database.db, log }, new AbortController().signal)
  }
  const read = async () =>
    (await world.api.ann.call('GET', `/domains/${domain.id}`)).body as unknown as SendingDomain
  const card = async () =>
    (await world.api.ann.call('POST', '/preview', { body: { linkId: managedId } }))
      .body as unknown as RecipientView
  async function arrives() {
    const { body } = await world.api.ann.call('POST', `/links/${managedId}/round-trip`, { body: {} })
    return measuredTrip(world.api.ann, managedId, String(body.id))
  }
  /** What the open page is told of the domain, until it is told this. */
  async function told(kind: string): Promise<unknown> {
    for (let message = await news.next(); message !== null; message = await news.next())
      if (message.data.type === 'domain' && message.data.kind === kind) return message.data
    return null
  }

  it('has the domain sign and take bounces first, with both keys', async () => {
    const { body } = await world.api.ann.call('POST', '/domains', { body: { domain: 'acme.example' } })
    domain = body as unknown as SendingDomain
    await world.publish(...linesOf(domain, [...signature, ...returnPath]), policy)
    await later(2)
    expect(await told('envelope-on')).toMatchObject({ domain: 'acme.example', domainId: domain.id })
    expect(await card()).toMatchObject({
      ...{ gmail: { value: { via: null } }, signedBy: { value: 'acme.example' } },
      mailedBy: { value: domain.envelope.host },
    })
    const { measured, differences } = await arrives()
    expect(differences).toEqual([])
    expect(measured).toMatchObject({
      spf: { domain: domain.envelope.host, result: 'pass' },
      dmarc: { result: 'pass', policy: 'reject' },
    })
    expect(measured?.dkim.map(one => [one.domain, one.algorithm, one.result])).toEqual([
      ['acme.example', 'rsa-sha256', 'pass'],
      ['acme.example', 'ed25519-sha256', 'pass'],
    ])
  })

  it('is told at the next look: on the open page, by mail, and on the card', async () => {
    await world.publish(policy)
    await later(1)
    expect(await told('signing-grace')).toMatchObject({
      sentence: 'The record of the signature of acme.example is gone. Mail leaves as before, for a while.',
    })
    const mails = await asEngine(world.api.database.db, tx =>
      sql<{
        subject: string
      }>`select subject from fairlead.email where subject like 'Records of acme.example%'`.execute(tx),
    )
    expect(mails.rows).toHaveLength(2)
    expect(await read()).toMatchObject({ signing: { state: 'grace' }, envelope: { state: 'grace' } })
    expect(await card()).toMatchObject({
      gmail: { value: { via: 'mail.fairlead.test' } },
      authentication: { value: { dmarc: { result: 'fail', disposition: 'reject' } } },
    })
  })

  it('lets mail go on meanwhile: signed by both, returned to our own host', async () => {
    const { measured, differences } = await arrives()
    expect(differences).toEqual([])
    expect(measured?.spf).toEqual({ domain: 'bounces.mail.fairlead.test', result: 'pass' })
    const results = measured?.dkim.map(one => [one.domain, one.result === 'pass'])
    expect(results).toContainEqual(['acme.example', false])
    expect(results).toContainEqual(['mail.fairlead.test', true])
  })

  it('ends with the grace, and comes back with the records', async () => {
    await later(graceHours + 1)
    expect(await told('envelope-off')).not.toBeNull()
    expect((await arrives()).measured?.dkim.map(one => one.domain)).toEqual(['mail.fairlead.test'])
    await world.publish(...linesOf(await read(), [...signature, ...returnPath]), policy)
    await later(2)
    expect(await told('envelope-on')).not.toBeNull()
    expect((await card()).gmail.value.via).toBeNull()
    expect(world.errors).toEqual([])
  })
})
