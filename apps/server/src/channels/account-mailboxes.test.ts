import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Observation } from './channel.ts'
import { sendMail } from './testing/account-mail.ts'
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

describe.each(accountKinds)('the mailbox of $kind', ({ kind, vendor }) => {
  let serial = 0
  let address = ''
  let link: ConnectedAccount
  const channel = () => bench.channels[kind]
  const fresh = (local = 'user') => `${local}+${kind}${++serial}@elsewhere.example`
  beforeEach(async () => {
    address = `rep${++serial}.${kind}@acme.example`
    link = await connect(channel(), address)
  })
  const look = async (cursor: string | null) => {
    const observed = await channel().observe?.(link, cursor, AbortSignal.timeout(5_000))
    if (!observed || 'failed' in observed) throw new Error('not observed')
    return observed
  }
  const arrives = Buffer.from('From: a@b.example\r\nSubject: x\r\n\r\nhi').toString('base64')
  const forgetHistory = () => bench.client.putAccount({ vendor, address, does: 'forget-history' })

  test('replies, away notes and bounces are seen, each once', async () => {
    const start = await look(null)
    const sent = await sendMail(channel(), link, {
      to: [fresh('reply'), fresh('autoreply'), fresh('missing')],
    })
    const seen = new Map<string, Observation>()
    let cursor = start.next
    await expect
      .poll(
        async () => {
          const observed = await look(cursor)
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
    const again = await look(start.next)
    expect(again.seen.map(one => one.dedupeKey).toSorted()).toEqual([...seen.keys()].toSorted())
  })

  test('what was answered before the first look is seen by it', async () => {
    await bench.client.putAccount({ vendor, address, arrives })
    const first = await look(null)
    expect(first.seen).toHaveLength(1)
    expect((await look(first.next)).seen).toEqual([])
  })

  test('a history that is gone: looks back a bounded time, and goes on', async () => {
    const start = await look(null)
    await bench.client.putAccount({ vendor, address, arrives })
    await forgetHistory()
    const observed = await look(start.next)
    expect(observed).toMatchObject({ seen: [{ dedupeKey: expect.any(String) }], isMore: false })
    expect(await look(observed.next)).toMatchObject({ seen: [], isMore: false })
  })

  test('a history that is gone, and more came since than one answer tells: all of it is seen, page by page', async () => {
    const start = await look(null)
    const came = 230
    for (let n = 0; n < came; n++) await bench.client.putAccount({ vendor, address, arrives })
    await forgetHistory()
    const seen = new Set<string>()
    let observed = await look(start.next)
    const second = observed.next
    for (; observed.isMore; observed = await look(observed.next)) {
      for (const { dedupeKey } of observed.seen) seen.add(dedupeKey)
      // One answer, and what is kept of it, must end well within a lease.
      expect(observed.seen.length).toBeLessThanOrEqual(100)
    }
    for (const { dedupeKey } of observed.seen) seen.add(dedupeKey)
    expect(seen.size).toBe(came)
    expect((await look(observed.next)).seen).toEqual([])
    // Lost once more on the way: begun anew, not given up.
    await forgetHistory()
    expect(await look(second)).toMatchObject({ isMore: true })
  })

  test.runIf(kind === 'gmail')('a page of the history that is not told any more is begun anew', async () => {
    const start = await look(null)
    await bench.client.putAccount({ vendor, address, arrives })
    for (const more of [{}, { back: 1 }]) {
      const cursor = JSON.stringify({ ...JSON.parse(start.next), page: 'of-another-day', ...more })
      const observed = await look(cursor)
      expect(observed.isMore).toBe(false)
      expect(observed.seen.length).toBeGreaterThan(0)
    }
  })

  test('what its owner sends elsewhere is counted, each mail once; what we send is not', async () => {
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
})
