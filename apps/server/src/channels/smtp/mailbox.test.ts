import { readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SmtpLinkSettings } from '@fairlead/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Address } from '../../mail/message.ts'
import { makeAuthority, type TestAuthority } from '../../testing/make-authority.ts'
import { has } from '../../testing/needs.ts'
import { type MailServerOptions, startMailServer } from '../../testing/start-mail-server.ts'
import { a, startNameServer } from '../../transports/testing/name-server.ts'
import { capabilityCard } from '../capability-card.ts'
import type { ChannelLink, CheckStage, CheckWishes, Observed } from '../channel.ts'
import { sendOne } from '../testing/send-one.ts'
import { smtpChannel, smtpLink } from './testing/smtp-link.ts'

const user = 'ann@sender.test' as Address
const host = 'mail.sender.test'
const imapHost = 'imap.sender.test'
const soon = () => AbortSignal.timeout(60_000)

async function startWorld(authority: TestAuthority, options: Partial<MailServerOptions> = {}) {
  const server = await startMailServer({
    users: { [user]: 'secret' },
    certificate: await authority.issue([host, imapHost]),
    domains: ['rcpt.test', 'sender.test'],
    ...options,
  })
  const names = await startNameServer({
    [`A ${host}`]: [a(host, server.postfix.address)],
    [`A ${imapHost}`]: [a(imapHost, server.dovecot.address)],
  })
  const channel = smtpChannel({ dnsServer: names.address, authority: authority.certificate })
  return {
    server,
    names,
    channel,
    async stop() {
      await channel.close?.()
      await names.close()
      await server.stop()
    },
  }
}

const settings = { host, user, imap: { host: imapHost, port: 993, encryption: 'tls', user } } as const
const linkTo = (changes: Partial<SmtpLinkSettings> = {}, password = 'secret') =>
  smtpLink({ ...settings, ...changes }, password)

describe.runIf(has('postfix', 'dovecot'))('the mailbox of a link', () => {
  let authority: TestAuthority
  let world: Awaited<ReturnType<typeof startWorld>>
  beforeAll(async () => {
    authority = await makeAuthority()
    world = await startWorld(authority)
  })
  afterAll(() => world?.stop())

  const look = async (link: ChannelLink<SmtpLinkSettings>, cursor: string | null): Promise<Observed> => {
    const observed = await world.channel.observe?.(link, cursor, soon())
    if (!observed || 'failed' in observed) throw new Error(`not observed: ${JSON.stringify(observed)}`)
    return observed
  }
  /** Looks until so much was seen; Postfix delivers a moment after its 250. */
  const seenAfter = async (link: ChannelLink<SmtpLinkSettings>, cursor: string | null, count: number) => {
    const deadline = performance.now() + 20_000
    let observed = await look(link, cursor)
    while (observed.seen.length < count && performance.now() < deadline) observed = await look(link, cursor)
    return observed
  }

  test('shows what came since, once, without marking it as read; also when the server numbers anew', async () => {
    const link = linkTo()
    const begun = await look(link, null)
    expect(begun).toMatchObject({ seen: [], isMore: false })
    for (let count = 0; count < 3; count++)
      expect((await sendOne(world.channel, link, user)).outcome).toMatchObject({ is: 'accepted' })
    const first = await seenAfter(link, begun.next, 3)
    expect(first.seen).toHaveLength(3)
    expect(new Set(first.seen.map(({ dedupeKey }) => dedupeKey)).size).toBe(3)
    const [mail] = first.seen
    expect(Buffer.from(mail?.head ?? []).toString()).toMatch(/^Subject: Hello\r$/m)
    expect(Buffer.from((await mail?.read(soon())) ?? []).toString()).toMatch(/^Subject: Hello\r$/m)
    expect((await look(link, first.next)).seen).toEqual([])
    const folder = join(world.server.dovecot.mailFolder, 'ann')
    const flags = (await readdir(join(folder, 'cur'))).map(name => /:2,(.*)$/.exec(name)?.[1] ?? '')
    expect(flags.filter(each => each.includes('S'))).toEqual([])
    await world.server.dovecot.numberAnew(user)
    const again = await look(link, first.next)
    const before = new Set(first.seen.map(({ dedupeKey }) => dedupeKey))
    expect(again.seen.map(({ dedupeKey }) => before.has(dedupeKey))).toEqual([true, true, true])
    expect((await look(link, again.next)).seen).toEqual([])
  })

  test('a server that numbered anew while more came than one look takes: all of it is seen', async () => {
    const folder = join(world.server.dovecot.mailFolder, 'ann', 'new')
    for (let n = 0; n < 230; n++)
      await writeFile(
        join(folder, `${n}.many.sender.test`),
        `From: a@b.example\r\nSubject: n${n}\r\n\r\nhi\r\n`,
      )
    const cursor = { uidValidity: '1', uidNext: 1, seenAt: Date.now() - 3_600_000 }
    const subjects = new Set<string>()
    for (let observed: Observed, next = JSON.stringify(cursor), isMore = true; isMore; ) {
      observed = await look(linkTo(), next)
      for (const { head } of observed.seen)
        subjects.add(/^Subject: (n\d+)\r$/m.exec(Buffer.from(head).toString())?.[1] ?? '')
      expect(observed.seen.length).toBeLessThanOrEqual(100)
      next = observed.next
      isMore = observed.isMore
    }
    subjects.delete('')
    expect(subjects.size).toBe(230)
  })

  test('at its first look shows what came in the last minutes: the channel may have sent already', async () => {
    const begun = await look(linkTo(), null)
    expect(begun.seen.length).toBeGreaterThanOrEqual(3)
    expect((await look(linkTo(), begun.next)).seen).toEqual([])
    const folder = join(world.server.dovecot.mailFolder, 'ann')
    const longAgo = new Date(Date.now() - 3_600_000)
    for (const part of ['new', 'cur'])
      for (const name of await readdir(join(folder, part)))
        await utimes(join(folder, part, name), longAgo, longAgo)
    await world.server.dovecot.numberAnew(user)
    expect((await look(linkTo(), null)).seen).toEqual([])
  })

  test('says why it cannot look: the password, the certificate, the name', async () => {
    const failed = async (link: ChannelLink<SmtpLinkSettings>) => world.channel.observe?.(link, null, soon())
    expect(await failed(linkTo({}, 'wrong'))).toMatchObject({ failed: { code: 'link.login' } })
    const elsewhere = { ...settings.imap, host: 'nowhere.sender.test' }
    expect(await failed(linkTo({ imap: elsewhere }))).toMatchObject({ failed: { code: 'link.gone' } })
  })

  test('a test goes through to the arrival, and measures; the card follows', async () => {
    const link = linkTo()
    const stages = await stagesOf(world.channel, link)
    expect(
      stages.filter(({ state }) => state !== 'running').map(({ stage, state }) => `${stage} ${state}`),
    ).toEqual([
      ...['find passed', 'connect passed', 'encrypt passed', 'hello passed', 'sign-in passed'],
      ...['sender passed', 'sender passed', 'mailbox passed', 'test-message passed'],
    ])
    expect(stages.at(-1)?.facts).toMatchObject({ isSeen: true, seconds: expect.any(Number) })
    const learned = learnedOf(stages)
    expect(learned.measured).toEqual({
      sizeLimit: 41_943_040,
      takesForeignSender: null,
      keepsMessageId: true,
      filesSentCopy: false,
    })
    expect(cardOf(link.settings)).toMatchObject({ 'sent-copy': 'not-checked', size: 'not-checked' })
    expect(cardOf(learned)).toMatchObject({ 'sent-copy': 'appended', bounces: 'mailbox', size: 'at-most' })
    expect(cardOf({ ...learned, imap: null })).toMatchObject({ 'sent-copy': 'none', bounces: 'unseen' })
  })

  test('a server that files its own copy and makes its own Message-IDs is found out', async () => {
    const other = await startWorld(authority, {
      postfix: {
        mailboxes: { 'sent-of-ann@sender.test': 'ann/.Sent/' },
        settings: {
          sender_bcc_maps: `inline:{ { ${user} = sent-of-ann@sender.test } }`,
          header_checks: 'regexp:{ { /^Message-ID:/ IGNORE } }',
          always_add_missing_headers: 'yes',
        },
      },
    })
    try {
      const stages = await stagesOf(other.channel, linkTo())
      expect(stages.at(-1)).toMatchObject({ stage: 'test-message', state: 'passed' })
      const learned = learnedOf(stages)
      expect(learned.measured).toMatchObject({ keepsMessageId: false, filesSentCopy: true })
      expect(cardOf(learned)).toMatchObject({ 'sent-copy': 'by-provider' })
    } finally {
      await other.stop()
    }
  })

  test('the return path: taken or refused is measured, and the card follows', async () => {
    const probeReturnPath = 'b-probe@bounce.fairlead.test' as Address
    const link = linkTo({ borrowedReturnPath: true })
    const taken = learnedOf(await stagesOf(world.channel, link, { probeReturnPath }))
    expect(taken.measured.takesForeignSender).toBe(true)
    expect(cardOf(link.settings)).toMatchObject({ bounces: 'not-checked' })
    expect(cardOf(taken)).toMatchObject({ bounces: 'return-path' })
    const unasked = learnedOf(await stagesOf(world.channel, link, { probeReturnPath, senders: [] }))
    expect(unasked.measured.takesForeignSender, 'without any identity').toBe(true)
    const strict = await startWorld(authority, { senders: { [user]: user } })
    try {
      const refused = learnedOf(await stagesOf(strict.channel, link, { probeReturnPath }))
      expect(refused.measured.takesForeignSender).toBe(false)
      const alone = learnedOf(await stagesOf(strict.channel, link, { probeReturnPath, senders: [] }))
      expect(alone.measured.takesForeignSender, 'without any identity').toBe(false)
      expect(cardOf(refused)).toMatchObject({ bounces: 'mailbox' })
    } finally {
      await strict.stop()
    }
  })
})

type Channel = ReturnType<typeof smtpChannel>

async function stagesOf(
  channel: Channel,
  link: ChannelLink<SmtpLinkSettings>,
  wishes: Pick<CheckWishes, 'probeReturnPath' | 'senders'> = {},
): Promise<CheckStage[]> {
  const stages: CheckStage[] = []
  const senders = [{ name: 'Ann', address: user }]
  for await (const stage of channel.check(link, soon(), { senders, ...wishes })) stages.push(stage)
  return stages
}

function learnedOf(stages: readonly CheckStage[]): SmtpLinkSettings {
  return stages.findLast(({ learned }) => learned !== undefined)?.learned as SmtpLinkSettings
}

function cardOf(known: SmtpLinkSettings): Record<string, string> {
  const channel = smtpChannel({ dnsServer: '127.0.0.1:9', authority: '' })
  return Object.fromEntries(
    capabilityCard(channel.traits(known), 'mail.fairlead.test').map(({ topic, value }) => [topic, value]),
  )
}
