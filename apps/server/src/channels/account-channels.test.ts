import { randomBytes } from 'node:crypto'
import PostalMime from 'postal-mime'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Address } from '../mail/message.ts'
import type { Observation } from './channel.ts'
import { lookUp, type SentMail, sendMail } from './testing/account-mail.ts'
import {
  type AccountBench,
  type ConnectedAccount,
  connect,
  openAccounts,
} from './testing/connected-account.ts'

let bench: AccountBench
beforeAll(async () => {
  bench = await openAccounts()
})
afterAll(() => bench.close())

const kinds = [
  { kind: 'gmail', vendor: 'google', send: '/drafts/send$' },
  { kind: 'microsoft', vendor: 'microsoft', send: '/send$' },
] as const

describe.each(kinds)('$kind', ({ kind, vendor, send }) => {
  let serial = 0
  let address = ''
  let link: ConnectedAccount
  const channel = () => bench.channels[kind]
  const fresh = (local = 'user') => `${local}+${kind}${++serial}@elsewhere.example`
  beforeEach(async () => {
    address = `rep${++serial}.${kind}@acme.example`
    link = await connect(channel(), address)
    await bench.client.putFaults([])
  })
  const mailsIn = async (place: string) => {
    const accounts = await bench.client.accounts()
    return accounts.find(one => one.address === address)?.mails.filter(mail => mail.place === place) ?? []
  }
  const countAt = async (to: string) => (await bench.client.received({ to })).total
  const headerOf = (
    mail: { headers: readonly { name: string; value: string }[] } | undefined,
    name: string,
  ) => mail?.headers.find(header => header.name.toLowerCase() === name)?.value

  test('To 2, Cc 1, Bcc 1 is one send: one Sent copy, one copy each, Bcc in none but Sent', async () => {
    const [first, second, copied, blind] = [fresh(), fresh(), fresh('cc'), fresh('bcc')]
    const sent = await sendMail(channel(), link, { to: [first, second], cc: [copied], bcc: [blind] })
    expect(sent.outcomes).toEqual(Array(4).fill({ is: 'accepted', finalHop: false }))
    expect(sent.marks).toBe(1)
    const [copy, ...others] = await mailsIn('SENT')
    expect(others).toEqual([])
    expect(headerOf(copy, 'bcc')).toContain(blind)
    for (const to of [first, second, copied, blind]) {
      const { messages } = await bench.client.received({ to })
      expect(messages).toHaveLength(1)
      const mail = await PostalMime.parse(await bench.client.raw(messages[0]?.id ?? ''))
      expect(mail.to?.map(one => one.address)).toEqual([first, second])
      expect(mail.cc?.map(one => one.address)).toEqual([copied])
      expect(mail.bcc ?? []).toEqual([])
    }
    expect(await mailsIn('DRAFT')).toEqual([])
  })

  test('the receipt holds the Message-ID that left, not the one that was asked for', async () => {
    const to = fresh()
    const sent = await sendMail(channel(), link, { to: [to] })
    const { messages } = await bench.client.received({ to })
    expect(sent.receipt).toMatchObject({
      messageId: messages[0]?.messageId,
      providerId: expect.any(String),
      threadId: expect.any(String),
    })
    expect(messages[0]?.messageId === sent.messageId).toBe(kind === 'microsoft')
  })

  test('who is not handed over does not get it, although the message names them', async () => {
    const [first, second] = [fresh(), fresh()]
    await sendMail(channel(), link, { to: [first, second], only: [second] })
    expect([await countAt(first), await countAt(second)]).toEqual([0, 1])
  })

  test('a follow-up stays in the thread of the provider', async () => {
    const root = await sendMail(channel(), link)
    const next = await sendMail(channel(), link, {
      thread: root.receipt ?? {},
      inReplyTo: root.receipt?.messageId ?? '',
    })
    expect(next.receipt?.threadId).toBe(root.receipt?.threadId)
  })

  test('From is the account, a confirmed alias, and never anything else', async () => {
    const alias = `alias${serial}@brand.example`
    await bench.client.putAccount({
      ...{ vendor, address },
      aliases: [
        { address: alias, name: 'Brand', isConfirmed: true },
        { address: 'pending@brand.example', name: 'No', isConfirmed: kind === 'microsoft' },
      ],
    })
    link = await connect(channel(), address)
    for (const [identity, seen] of [
      [address, address],
      [alias, alias],
      ['other@nowhere.example', address],
    ] as const) {
      const to = fresh()
      const from = { name: 'Ann', address: identity as Address }
      expect((await sendMail(channel(), link, { to: [to], from })).outcome).toMatchObject({ is: 'accepted' })
      const { messages } = await bench.client.received({ to })
      expect(messages[0]?.from).toContain(`<${seen}>`)
    }
    const listed = await channel().addresses?.(link, AbortSignal.timeout(5_000))
    expect(listed?.find(one => one.address === alias)).toMatchObject({ isConfirmed: true })
  })

  test('20 MB arrive as they left', async () => {
    const bytes = randomBytes(14_900_000)
    const to = fresh()
    const sent = await sendMail(channel(), link, { to: [to], attachment: bytes })
    expect(sent.outcome).toMatchObject({ is: 'accepted' })
    const { messages } = await bench.client.received({ to })
    const mail = await PostalMime.parse(await bench.client.raw(messages[0]?.id ?? ''))
    const content = mail.attachments[0]?.content
    expect(content instanceof ArrayBuffer && Buffer.from(content).equals(bytes)).toBe(true)
    expect(mail.html).toContain('Hello')
  }, 60_000)

  test('an expired token is renewed on the way, and nothing is sent twice', async () => {
    const to = fresh()
    await bench.client.putAccount({ vendor, address, does: 'expire' })
    expect((await sendMail(channel(), link, { to: [to] })).outcome).toMatchObject({ is: 'accepted' })
    expect(link.renewals()).toBe(1)
    expect(await countAt(to)).toBe(1)
    const other = fresh()
    const expireAtMark = () =>
      bench.client.putAccount({ vendor, address, does: 'expire' }).then(() => undefined)
    const sent = await sendMail(channel(), link, { to: [other], mark: expireAtMark })
    expect([sent.outcome.is, sent.marks, await countAt(other)]).toEqual(['accepted', 1, 1])
  })

  test.each([
    ['revoke', 'revoked'],
    ['block', 'policy'],
  ] as const)('%s: a person must connect again, and the cause is told', async (does, cause) => {
    await bench.client.putAccount({ vendor, address, does })
    const renewed = await channel().renew?.(link.settings, link.secret(), AbortSignal.timeout(5_000))
    expect(renewed).toMatchObject({ broken: { code: 'link.login', params: { cause } } })
    expect(JSON.stringify(renewed)).not.toContain(JSON.parse(link.secret()).refresh)
  })

  test('access that ends right after the send: accepted all the same, so that nobody sends it again', async () => {
    const to = fresh()
    const path = kind === 'gmail' ? '/messages/[^/]+$' : '/me/messages/[^/]+$'
    await bench.client.putFaults([{ vendor, path, method: 'GET', does: 'answer', status: 401 }])
    const ended: ConnectedAccount = {
      ...link,
      async withSecret(use) {
        const answer = await use(link.secret())
        if (answer === 'expired') throw new Error('the grant has ended')
        return answer
      },
    }
    const sent = await sendMail(channel(), ended, { to: [to] })
    expect(sent.outcome).toEqual({ is: 'accepted', finalHop: false })
    expect(sent.receipt).toMatchObject({ providerId: expect.any(String), threadId: expect.any(String) })
    expect([await countAt(to), await bench.client.faultsLeft()]).toEqual([1, 0])
  })

  test('a limit of the provider is waiting, for the whole link, until the provider says', async () => {
    const body =
      kind === 'gmail'
        ? {
            error: {
              code: 429,
              message: 'User-rate limit exceeded.  Retry after 2099-01-01T00:00:00.000Z (Mail sending)',
              errors: [{ reason: 'rateLimitExceeded' }],
            },
          }
        : {
            error: {
              code: 'ApplicationThrottled',
              message: 'Application is over its MailboxConcurrency limit.',
            },
          }
    await bench.client.putFaults([
      {
        vendor,
        path: send,
        does: 'answer',
        status: 429,
        body,
        ...(kind === 'microsoft' ? { retryAfterSeconds: 600 } : {}),
      },
    ])
    const { outcome } = await sendMail(channel(), link)
    expect(outcome).toMatchObject({ is: 'deferred', laneWide: true, reason: { code: 'quota.channel' } })
    const notBefore = outcome.is === 'deferred' ? (outcome.notBefore?.getTime() ?? 0) : 0
    expect(notBefore).toBeGreaterThan(Date.now() + 500_000)
  })

  test('a fault before the mark is deferred, the draft that lies there is used by the next try', async () => {
    const to = fresh()
    const stop = () => Promise.reject(new Error('the lease is lost'))
    const first = await sendMail(channel(), link, {
      to: [to],
      mark: stop,
      messageId: `same${serial}@acme.example`,
    })
    expect([first.outcome.is, await countAt(to)]).toEqual(['deferred', 0])
    const again = { to: [to], messageId: first.messageId, leftBehind: first.kept.at(-1) ?? {} }
    expect((await sendMail(channel(), link, again)).outcome).toMatchObject({ is: 'accepted' })
    expect([await countAt(to), (await mailsIn('DRAFT')).length, (await mailsIn('SENT')).length]).toEqual([
      1, 0, 1,
    ])
  })

  test('a draft of other recipients that was left behind is taken away', async () => {
    const [to, other] = [fresh(), fresh()]
    const first = await sendMail(channel(), link, {
      to: [to, other],
      mark: () => Promise.reject(new Error('no')),
    })
    const again = {
      to: [to, other],
      only: [to],
      messageId: first.messageId,
      leftBehind: first.kept.at(-1) ?? {},
    }
    expect((await sendMail(channel(), link, again)).outcome).toMatchObject({ is: 'accepted' })
    expect([await countAt(to), await countAt(other), (await mailsIn('DRAFT')).length]).toEqual([1, 0, 0])
  })

  test.each([
    ['the answer is lost after it was taken', { does: 'lose-answer' }, 'accepted'],
    ['the connection is cut before it was taken', { does: 'cut' }, 'not-sent'],
    ['the provider fails', { does: 'answer', status: 503 }, 'not-sent'],
  ] as const)('%s: uncertain, and the draft tells', async (_, fault, fate) => {
    const to = fresh()
    await bench.client.putFaults([{ vendor, path: send, ...fault }])
    const sent = await sendMail(channel(), link, { to: [to] })
    expect(sent.outcome).toMatchObject({ is: 'uncertain' })
    const found = await lookUp(channel(), link, sent)
    if (fate === 'not-sent') expect(found).toBe('not-sent')
    else {
      const { messages } = await bench.client.received({ to })
      expect(found).toMatchObject({ messageId: messages[0]?.messageId, threadId: expect.any(String) })
    }
  })

  test('sent late, after we gave up: the second look sees it, and the draft cannot go twice', async () => {
    const to = fresh()
    await bench.client.putFaults([{ vendor, path: send, does: 'late', ms: 3_000 }])
    const sent = await sendMail(channel(), link, { to: [to] })
    expect(sent.outcome).toMatchObject({ is: 'uncertain' })
    expect(await lookUp(channel(), link, sent)).toBe('not-sent')
    await bench.client.wait({ to, count: 1 })
    const again = await sendMail(channel(), link, {
      to: [to],
      messageId: sent.messageId,
      leftBehind: sent.kept.at(-1) ?? {},
    })
    // Taken from the drafts and not in Sent yet, nobody can say; from then on the look tells.
    expect(['accepted', 'uncertain']).toContain(again.outcome.is)
    await expect.poll(() => lookUp(channel(), link, sent)).toMatchObject({ providerId: expect.any(String) })
    expect(await countAt(to)).toBe(1)
  })

  test('a search that does not find is no proof: without draft and history it cannot tell', async () => {
    const sent: SentMail = { ...(await sendMail(channel(), link)), kept: [] }
    expect(await lookUp(channel(), link, sent)).toBe('cannot-tell')
  })

  test('replies, away notes and bounces are seen, each once', async () => {
    const start = await channel().observe?.(link, null, AbortSignal.timeout(5_000))
    if (!start || 'failed' in start) throw new Error('not begun')
    const sent = await sendMail(channel(), link, {
      to: [fresh('reply'), fresh('autoreply'), fresh('missing')],
    })
    const seen = new Map<string, Observation>()
    let cursor = start.next
    await expect
      .poll(
        async () => {
          const observed = await channel().observe?.(link, cursor, AbortSignal.timeout(5_000))
          if (!observed || 'failed' in observed) throw new Error('not observed')
          for (const one of observed.seen) seen.set(one.dedupeKey, one)
          cursor = observed.next
          return seen.size
        },
        { timeout: 10_000 },
      )
      .toBe(3)
    const heads = [...seen.values()].map(one => Buffer.from(one.head).toString())
    expect(heads.filter(head => head.includes(sent.receipt?.messageId ?? 'nothing'))).toHaveLength(3)
    expect(heads.some(head => /report-type="?delivery-status/.test(head))).toBe(true)
    const [first] = seen.values()
    expect(Buffer.from((await first?.read(AbortSignal.timeout(5_000))) ?? []).toString()).toContain(
      'Message-ID',
    )
    const again = await channel().observe?.(link, start.next, AbortSignal.timeout(5_000))
    expect(again && 'seen' in again && again.seen.map(one => one.dedupeKey).toSorted()).toEqual(
      [...seen.keys()].toSorted(),
    )
  })

  test('a history that is gone: looks back a bounded time, and goes on', async () => {
    const start = await channel().observe?.(link, null, AbortSignal.timeout(5_000))
    if (!start || 'failed' in start) throw new Error('not begun')
    await bench.client.putAccount({
      vendor,
      address,
      arrives: Buffer.from('From: a@b.example\r\nSubject: x\r\n\r\nhi').toString('base64'),
    })
    await bench.client.putAccount({ vendor, address, does: 'forget-history' })
    const observed = await channel().observe?.(link, start.next, AbortSignal.timeout(5_000))
    expect(observed).toMatchObject({ seen: [{ dedupeKey: expect.any(String) }], isMore: false })
    const next =
      observed && 'next' in observed
        ? await channel().observe?.(link, observed.next, AbortSignal.timeout(5_000))
        : null
    expect(next).toMatchObject({ isMore: false })
  })

  test('what its owner sends elsewhere is counted, each mail once; what we send is not', async () => {
    const look = async (cursor: string | null) => {
      const observed = await channel().observe?.(link, cursor, AbortSignal.timeout(5_000))
      if (!observed || 'failed' in observed) throw new Error('not observed')
      return observed
    }
    const sends = (fields: readonly string[]) =>
      bench.client.putAccount({
        ...{ vendor, address },
        sends: Buffer.from([`From: ${address}`, ...fields, '', 'hi'].join('\r\n')).toString('base64'),
      })
    await sends([
      'To: before@elsewhere.example',
      'Subject: before we looked',
      'Date: Mon, 1 Jan 2024 10:00:00 +0000',
    ])
    const start = await look((await look(null)).next)
    const domain = address.slice(address.indexOf('@'))
    await sends([
      `To: One <one@elsewhere.example>, two${domain}`,
      `Cc: "Three, C" <three@else.example>, ONE@elsewhere.example`,
      `Bcc: four${domain.toUpperCase()}`,
    ])
    await sends(['To: five@elsewhere.example'])
    await sendMail(channel(), link, { to: [fresh()] })
    const first = await look(start.next)
    expect(first.sentElsewhere).toEqual([
      { at: expect.any(Date), recipients: 4, external: 2 },
      { at: expect.any(Date), recipients: 1, external: 1 },
    ])
    expect(first.sentElsewhere?.every(({ at }) => Math.abs(at.getTime() - Date.now()) < 60_000)).toBe(true)
    expect(first.seen).toEqual([])
    expect((await look(first.next)).sentElsewhere).toEqual([])
  })

  test('a permission that was unticked is named, with what does not work', async () => {
    const without = kind === 'gmail' ? 'https://www.googleapis.com/auth/gmail.readonly' : 'Mail.Send'
    await expect(connect(channel(), `un${address}`, { without })).rejects.toThrow(
      /oauth.missing-scope.*scope.*effect/,
    )
  })
})
