import type { Link, RoundTrip } from '@fairlead/contract'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { Handoff, SendOutcome } from '../channels/channel.ts'
import { sendMail } from '../inbound/testing/smtp-client.ts'
import { has } from '../testing/needs.ts'
import { connectServer, managedOf } from './testing/links.ts'
import {
  accepted,
  bytesOf,
  measuredTrip,
  openRoundTripWorld,
  type RoundTripWorld,
} from './testing/open-round-trip-world.ts'
import { openStream } from './testing/read-stream.ts'
import type { TestMember } from './testing/start-test-api.ts'

describe.runIf(has('bind'))('POST /links/{id}/round-trip', () => {
  let world: RoundTripWorld
  let hand: (handoff: Handoff) => Promise<SendOutcome>
  let clockMs = 0
  beforeAll(async () => {
    world = await openRoundTripWorld({ send: handoff => hand(handoff) })
  })
  afterAll(() => world.close())
  const pass = async () => {
    clockMs += 2 * 60_000
    await world.api.database.setClockOffset(clockMs)
  }
  beforeEach(pass)

  /** A server that takes the mail unsigned, changes it, and brings it to our listener. */
  const passOn = (change: (raw: string) => string = raw => raw) =>
    async function passed({ deliveries, message, envelopeFrom }: Handoff): Promise<SendOutcome> {
      const to = deliveries.map(delivery => delivery.to)
      const raw = change(await bytesOf(message))
      expect(await sendMail(world.port, { to, raw, from: envelopeFrom })).toMatch(/^250/)
      return accepted
    }
  async function start(member: TestMember, link: Link): Promise<RoundTrip> {
    const { status, body } = await member.call('POST', `/links/${link.id}/round-trip`, { body: {} })
    expect([status, body.code]).toEqual([202, undefined])
    return body as unknown as RoundTrip
  }
  const preview = async (linkId: string) =>
    (await world.api.ann.call('POST', '/preview', { body: { linkId } })).body

  it('measures our own servers over SMTP, and finds what the card says', async () => {
    const { ann } = world.api
    const managed = await managedOf(ann)
    const stream = await openStream({ url: world.api.url, key: ann.key })
    onTestFinished(() => stream.close())
    await stream.next()
    const started = await start(ann, managed)
    expect(started).toMatchObject({ address: 'ann@acme.example', linkId: managed.id })
    const trip = await measuredTrip(ann, managed.id, started.id)
    expect(trip).toMatchObject({
      differences: [],
      measured: {
        from: 'ann@acme.example',
        spf: { domain: 'bounces.mail.fairlead.test', result: 'pass' },
        dkim: [{ domain: 'mail.fairlead.test', algorithm: 'rsa-sha256', result: 'pass' }],
        dmarc: { result: 'fail', domain: 'acme.example', policy: 'none' },
        arc: null,
      },
    })
    expect((await stream.next())?.data).toMatchObject({ type: 'link', kind: 'measured', linkId: managed.id })
    expect(await preview(managed.id)).toMatchObject({
      measured: { id: started.id, measuredAt: trip.measuredAt },
      signedBy: { value: 'mail.fairlead.test', certainty: 'computed' },
    })
    expect(world.errors).toEqual([])
  })

  it('shows and logs as a defect what is not as the card says', async () => {
    await world.publishKey('a strangers')
    onTestFinished(() => world.publishKey('ours'))
    const managed = await managedOf(world.api.ann)
    const { id } = await start(world.api.ann, managed)
    const { differences } = await measuredTrip(world.api.ann, managed.id, id)
    expect(differences).toEqual([
      {
        ...{ topic: 'dkim', predicted: 'mail.fairlead.test', measured: 'none' },
        sentence: 'Valid signatures: the card says mail.fairlead.test; measured was none.',
      },
    ])
    expect(world.errors.splice(0)).toMatchObject([{ roundTripId: id.slice(4), differences: [/mail/] }])
  })

  it('says nothing of SPF where the message came from our own network', async () => {
    world.comesFromInside(true)
    onTestFinished(() => world.comesFromInside(false))
    const managed = await managedOf(world.api.ann)
    const { id } = await start(world.api.ann, managed)
    expect(await measuredTrip(world.api.ann, managed.id, id)).toMatchObject({
      measured: { spf: null, dmarc: null, dkim: [{ result: 'pass' }] },
      differences: [],
    })
  })

  it('makes known on the card what no rule says of a server, and sees that it changes the address', async () => {
    const link = await connectServer(world.api.ann)
    expect(await preview(link.id)).toMatchObject({
      mailedBy: { certainty: 'not-checked-yet' },
      measured: null,
    })
    hand = passOn()
    const first = await start(world.api.ann, link)
    const seen = await measuredTrip(world.api.ann, link.id, first.id)
    expect(seen).toMatchObject({ differences: [], measured: { dkim: [], spf: { result: 'fail' } } })
    expect(await preview(link.id)).toMatchObject({
      signedBy: { value: null, certainty: 'measured' },
      mailedBy: { value: null, certainty: 'measured' },
      authentication: { value: { dmarc: { result: 'fail' } }, certainty: 'measured' },
      gmail: { value: { isQuestioned: true }, certainty: 'measured' },
    })
    await pass()
    hand = passOn(raw => raw.replace('ann@acme.example', 'office@acme.example'))
    const second = await start(world.api.ann, link)
    expect((await measuredTrip(world.api.ann, link.id, second.id)).differences).toMatchObject([
      { topic: 'from', predicted: 'ann@acme.example', measured: 'office@acme.example' },
    ])
  })

  it('counts the first message alone, however often the address is used', async () => {
    const link = await connectServer(world.api.ann)
    let again = () => Promise.resolve('')
    hand = async handoff => {
      const raw = await bytesOf(handoff.message)
      const to = handoff.deliveries.map(delivery => delivery.to)
      again = () =>
        sendMail(world.port, { to, raw: raw.replace(/^From: .*/m, 'From: x@y.example'), from: '' })
      return passOn()(handoff)
    }
    const { id } = await start(world.api.ann, link)
    const before = await measuredTrip(world.api.ann, link.id, id)
    expect(await again()).toMatch(/^250/)
    expect(await measuredTrip(world.api.ann, link.id, id)).toEqual(before)
  })

  it('tells why the channel did not take it', async () => {
    const link = await connectServer(world.api.ann)
    hand = async () => ({ is: 'refused', reason: { code: 'policy.rule', reply: '550 5.7.1 No' } })
    expect(await start(world.api.ann, link)).toMatchObject({
      ...{ state: 'refused', measured: null, reason: { code: 'policy.rule', reply: '550 5.7.1 No' } },
    })
  })

  it('sends one a minute from an identity over a channel', async () => {
    const link = await connectServer(world.api.ann)
    hand = passOn()
    await start(world.api.ann, link)
    const { status, body } = await world.api.ann.call('POST', `/links/${link.id}/round-trip`, { body: {} })
    expect([status, body.code]).toEqual([429, 'link.round-trip-running'])
    expect(body.params?.retryAfterSeconds).toBeGreaterThan(0)
  })

  it.each([
    ['an identity that is not verified', 'bob', 422, 'identity.unverified'],
    ['a stranger', 'eve', 404, 'not-found'],
  ] as const)('refuses %s', async (_, who, status, code) => {
    const managed = await managedOf(world.api.ann)
    const { body } = await world.api[who].call('POST', `/links/${managed.id}/round-trip`, { body: {} })
    expect(body).toMatchObject({ status, code })
  })

  it('refuses what others own, a paused channel, and an identity of somebody else', async () => {
    const bobs = await connectServer(world.api.bob)
    const managed = await managedOf(world.api.ann)
    const { identities } = (await world.api.bob.call('GET', '/identities')).body as {
      identities: { id: string }[]
    }
    const ask = (id: string, body: object) => world.api.ann.call('POST', `/links/${id}/round-trip`, { body })
    expect((await ask(bobs.id, {})).status).toBe(404)
    expect((await ask(managed.id, { identityId: identities[0]?.id })).status).toBe(404)
    await world.api.ann.call('POST', `/links/${managed.id}/pause`)
    expect((await ask(managed.id, {})).body.code).toBe('link.not-usable')
    await world.api.ann.call('POST', `/links/${managed.id}/resume`)
  })
})
