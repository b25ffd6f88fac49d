import { randomBytes } from 'node:crypto'
import PostalMime from 'postal-mime'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Address } from '../mail/message.ts'
import { lookUp, type SentMail, sendMail } from './testing/account-mail.ts'
import {
  type AccountBench,
  accountKinds,
  type ConnectedAccount,
  connect,
  openAccounts,
} from './testing/connected-account.ts'

let bench: AccountBench
beforeAll(async () => {
  bench = await openAccounts()
})
afterAll(() => bench.close())

describe.each(accountKinds)('$kind', ({ kind, vendor, send }) => {
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

  test('a permission that was unticked is named, with what does not work', async () => {
    const without = kind === 'gmail' ? 'https://www.googleapis.com/auth/gmail.readonly' : 'Mail.Send'
    await expect(connect(channel(), `un${address}`, { without })).rejects.toThrow(
      /oauth.missing-scope.*scope.*effect/,
    )
  })
})
