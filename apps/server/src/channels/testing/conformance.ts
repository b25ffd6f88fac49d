import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import { dkimVerify } from 'mailauth/lib/dkim/verify.js'
import PostalMime, { type Email } from 'postal-mime'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ReadBlob } from '../../mail/body.ts'
import type { Address, DkimKey, Mailbox } from '../../mail/message.ts'
import { type MessageInput, outgoingMessage, renderMessage } from '../../mail/render-message.ts'
import { type DeliveryId, newId } from '../../platform/ids.ts'
import type {
  ChannelLink,
  DeliveryChannel,
  Handoff,
  HandoffResult,
  Receipt,
  SendOutcome,
} from '../channel.ts'

/**
 * What every channel must do, whatever carries its mail. A channel's test starts a receiver, says how it may be
 * provoked, and calls `describeChannel`; what a receiver cannot show is left out by saying null.
 */
export interface ConformanceSubject {
  readonly channel: DeliveryChannel<unknown>
  readonly link: ChannelLink<unknown>
  /** Domain whose mailboxes take everything. */
  readonly domain: string
  /** Recipients with which the far side behaves in this way. */
  readonly provoking: {
    readonly refused: Address
    readonly deferred: Address
    /** Put off, and meant for the whole lane. */
    readonly rateLimited: Address | null
    /** The connection ends before the whole message has left. */
    readonly cutBeforeEnd: Address | null
    /** The connection ends between the end of the message and its answer. */
    readonly cutAfterEnd: Address | null
  }
  /** Makes the far side ready to behave so at the next try; absent: the recipients alone decide. */
  arrange?(behaviour: keyof ConformanceSubject['provoking']): Promise<void>
  /** A provider's interface instead of SMTP: it signs, gives Message-IDs of its own, and answers with other codes. */
  readonly provider?: { readonly refused: RegExp; readonly deferred: RegExp }
  /** What lies in the sender's Sent folder with this recipient in To; absent: no copy is put there. */
  sentCopies?(to: Address): Promise<readonly Buffer[]>
  /** Waits until so many messages came for the recipient; raw, with whatever the receiver put on top. */
  arrived(to: Address, count: number): Promise<readonly Buffer[]>
  countOf(to: Address): Promise<number>
  stop(): Promise<void>
}

const key = generateKeyPairSync('rsa', { modulusLength: 2048 })
const publicKey = key.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
const dkim: DkimKey = { domain: 'sender.test', selector: 's1', algorithm: 'rsa-sha256', key: key.privateKey }
const sender: Mailbox = { name: 'Ann Lée', address: 'ann@sender.test' as Address }
const never = new AbortController().signal

/** `refusedLocalParts`: of the odd ones, those that this receiver itself does not know. */
export function describeChannel(
  name: string,
  start: () => Promise<ConformanceSubject>,
  refusedLocalParts: readonly string[] = [],
): void {
  describe(name, () => {
    let subject: ConformanceSubject
    beforeAll(async () => {
      subject = await start()
    })
    afterAll(async () => {
      await subject?.channel.close?.()
      await subject?.stop()
    })

    let serial = 0
    const fresh = (local = 'user') => `${local}${++serial}@${subject.domain}` as Address

    test('hands over: one copy arrives, signed, with its content unhurt', async () => {
      const to = fresh()
      const tried = await send(subject, {
        to: [to],
        subject: 'Grüße aus Köln',
        text: '.\nline\n..\nFrom here\n',
      })
      expect(tried.outcomes).toEqual([expect.objectContaining({ is: 'accepted' })])
      expect(tried.marks).toBe(1)
      const [raw, ...others] = await subject.arrived(to, 1)
      expect(others).toEqual([])
      const mail = await PostalMime.parse(raw ?? Buffer.alloc(0))
      expect(mail.subject).toBe('Grüße aus Köln')
      expect(mail.text?.replaceAll('\r\n', '\n')).toBe('.\nline\n..\nFrom here\n')
      expect(mail.messageId).toBe(`<${tried.receipt?.messageId ?? tried.messageId}>`)
      if (!subject.provider) await expectSigned(raw ?? Buffer.alloc(0))
    })

    test('names the same lane again for a recipient, and another try is its own affair', async () => {
      const to = fresh()
      const lanes = [await laneOf(subject, to), await laneOf(subject, to)]
      expect(lanes[0]).toBe(lanes[1])
    })

    test('refused: the reason holds the words of the far side', async () => {
      const tried = await provoke(subject, 'refused')
      const words = expect.stringMatching(subject.provider?.refused ?? /^5\d\d/)
      const code = subject.provider ? {} : { replyCode: 550 }
      expect(tried.outcomes).toEqual([
        { is: 'refused', reason: expect.objectContaining({ reply: words, ...code }) },
      ])
      expect(tried.marks).toBeLessThanOrEqual(1)
    })

    test('put off: deferred, not for the whole lane, and the connection still serves others', async () => {
      const tried = await provoke(subject, 'deferred')
      const words = expect.stringMatching(subject.provider?.deferred ?? /^4\d\d/)
      expect(tried.outcomes).toEqual([{ is: 'deferred', reason: expect.objectContaining({ reply: words }) }])
      const to = fresh()
      expect((await send(subject, { to: [to] })).outcomes).toEqual([
        expect.objectContaining({ is: 'accepted' }),
      ])
      await subject.arrived(to, 1)
    })

    test('a limit of the far side is told as the lane’s', async ({ skip }) => {
      if (!subject.provoking.rateLimited) return skip('this receiver has none')
      const tried = await provoke(subject, 'rateLimited')
      expect(tried.outcomes).toEqual([expect.objectContaining({ is: 'deferred', laneWide: true })])
    })

    test('cut before the end: deferred, and nothing arrives', async ({ skip }) => {
      const to = subject.provoking.cutBeforeEnd
      if (!to) return skip('this receiver cannot')
      const tried = await provoke(subject, 'cutBeforeEnd')
      expect(tried.outcomes).toEqual([expect.objectContaining({ is: 'deferred' })])
      await sentinel(subject, fresh('sentinel'))
      expect(await subject.countOf(to)).toBe(0)
    })

    test('cut after the end: uncertain, and only after the mark', async ({ skip }) => {
      if (!subject.provoking.cutAfterEnd) return skip('this receiver cannot')
      const tried = await provoke(subject, 'cutAfterEnd')
      expect(tried.marks).toBe(1)
      expect(tried.outcomes).toEqual([
        { is: 'uncertain', reason: expect.objectContaining({ code: 'uncertain.cut' }) },
      ])
    })

    test('a refused mark: nothing arrives', async () => {
      const to = fresh()
      const tried = await send(subject, {
        to: [to],
        mark: () => Promise.reject(new Error('the lease is lost')),
      })
      expect(tried.outcomes).toEqual([expect.objectContaining({ is: 'deferred' })])
      await sentinel(subject, fresh('sentinel'))
      expect(await subject.countOf(to)).toBe(0)
    })

    test('a stop before the mark: nothing arrives', async () => {
      const to = fresh()
      const tried = await send(subject, { to: [to], signal: AbortSignal.abort() })
      expect(tried.outcomes).toEqual([expect.objectContaining({ is: 'deferred' })])
      expect(tried.marks).toBe(0)
      await sentinel(subject, fresh('sentinel'))
      expect(await subject.countOf(to)).toBe(0)
    })

    const oddLocalParts = ["o'hara+tag", 'a.b_c=d', 'x'.repeat(64), '"two words"', 'jürgen', '用户', 'UPPER']
    test.each(oddLocalParts.filter(part => !refusedLocalParts.includes(part)))(
      'the local part %s',
      async local => {
        const to = `${local}@${subject.domain}` as Address
        const tried = await send(subject, { to: [to] })
        expect(tried.outcomes).toEqual([expect.objectContaining({ is: 'accepted' })])
        const [raw] = await subject.arrived(to, 1)
        expect(raw).toBeDefined()
      },
    )

    test('20 MB arrive as they left', async () => {
      const bytes = randomBytes(14_900_000)
      const to = fresh()
      const tried = await send(subject, { to: [to], attachment: bytes })
      expect(tried.outcomes).toEqual([expect.objectContaining({ is: 'accepted' })])
      const [raw] = await subject.arrived(to, 1)
      const mail = await PostalMime.parse(raw ?? Buffer.alloc(0))
      const content = mail.attachments[0]?.content
      expect(content instanceof ArrayBuffer && Buffer.from(content).equals(bytes)).toBe(true)
      if (!subject.provider) await expectSigned(raw ?? Buffer.alloc(0))
    })

    test('the same handoff again, after it was settled as not sent, is a try like any other', async () => {
      const to = fresh()
      const made = await handoffOf(subject, { to: [to] }, to)
      for (let count = 1; count <= 2; count++) {
        const result = await subject.channel.send(made, subject.link, async () => {}, never)
        expect([...result.outcomes.values()]).toEqual([expect.objectContaining({ is: 'accepted' })])
        expect(await subject.arrived(to, count)).toHaveLength(count)
      }
    })

    test('To 2, Cc 1, Bcc 1: one copy each, the same To and Cc in all, Bcc in none, one copy in Sent', async () => {
      const [first, second, copied, blind] = [fresh(), fresh(), fresh('cc'), fresh('bcc')]
      const tried = await send(subject, { to: [first, second], cc: [copied], bcc: [blind] })
      expect(tried.outcomes).toEqual(Array(4).fill(expect.objectContaining({ is: 'accepted' })))
      const heads = new Set<string>()
      for (const to of [first, second, copied, blind]) {
        const copies = await subject.arrived(to, 1)
        expect(copies).toHaveLength(1)
        const mail = await PostalMime.parse(copies[0] ?? Buffer.alloc(0))
        heads.add(JSON.stringify([mail.to, mail.cc, mail.bcc, mail.messageId]))
        if (to === first) expect(replyAll(mail, first)).toEqual([sender.address, second, copied].toSorted())
        expect(mail.headers.some(header => header.key === 'bcc')).toBe(false)
        const content = copies[0]?.toString() ?? ''
        if (to !== blind)
          expect(content.replace(/^(?:X-Original-To|Delivered-To|Received|\s).*$/gm, '')).not.toContain(blind)
      }
      expect(heads.size).toBe(1)
      if (!subject.sentCopies) return
      const [kept, ...more] = await subject.sentCopies(first)
      expect(more).toEqual([])
      expect((await PostalMime.parse(kept ?? '')).bcc?.map(one => one.address)).toEqual([blind])
      expect(tried.marks).toBe(1)
    })
  })
}

interface Sending {
  readonly to: readonly Address[]
  readonly cc?: readonly Address[]
  readonly bcc?: readonly Address[]
  readonly subject?: string
  readonly text?: string
  readonly attachment?: Buffer
  readonly mark?: () => Promise<void>
  readonly signal?: AbortSignal
}

/** A try to the recipient with whom the far side behaves in this way. */
async function provoke(
  subject: ConformanceSubject,
  behaviour: keyof ConformanceSubject['provoking'],
): Promise<Tried> {
  await subject.arrange?.(behaviour)
  const to = subject.provoking[behaviour]
  if (to === null) throw new Error('this receiver cannot')
  return await send(subject, { to: [to] })
}

/** Whom a mail program writes to when one of the recipients replies to all (RFC 5322 §3.6.3). */
function replyAll({ from, replyTo, to = [], cc = [] }: Email, me: Address): string[] {
  const back = replyTo ?? (from ? [from] : [])
  const all = [...back, ...to, ...cc].flatMap(one => one.address ?? [])
  return all.filter(address => address !== me).toSorted()
}

interface Tried {
  /** In the order To, Cc, Bcc. */
  readonly outcomes: readonly SendOutcome[]
  readonly marks: number
  readonly messageId: string
  /** Of the last handoff. */
  readonly receipt: Receipt | undefined
}

let sent = 0

/** Hands over as the outbox would: by recipient or by message, as the channel's traits say. */
async function send(subject: ConformanceSubject, sending: Sending): Promise<Tried> {
  const recipients = [...sending.to, ...(sending.cc ?? []), ...(sending.bcc ?? [])]
  const isShared = subject.channel.traits(subject.link.settings).handsOver === 'per-message'
  const groups = isShared ? [recipients] : recipients.map(to => [to])
  const messageId = `m${++sent}.${newId('message')}@sender.test`
  const outcomes: SendOutcome[] = []
  let receipt: Receipt | undefined
  let marks = 0
  for (const group of groups) {
    const made = await handoffOf(subject, { ...sending, messageId }, ...group)
    const mark = async () => {
      marks += 1
      await sending.mark?.()
    }
    const result = await subject.channel.send(made, subject.link, mark, sending.signal ?? never)
    outcomes.push(...inOrder(made, result))
    receipt = result.receipt
  }
  return { outcomes, marks: marks / groups.length, messageId, receipt }
}

function inOrder(made: Handoff, result: HandoffResult): SendOutcome[] {
  expect(result.outcomes.size).toBe(made.deliveries.length)
  return made.deliveries.map(({ id }) => {
    const outcome = result.outcomes.get(id)
    if (!outcome) throw new Error('a delivery without an outcome')
    return outcome
  })
}

async function handoffOf(
  subject: ConformanceSubject,
  sending: Sending & { readonly messageId?: string },
  ...recipients: readonly Address[]
): Promise<Handoff> {
  const messageId = sending.messageId ?? `m${++sent}.${newId('message')}@sender.test`
  const bytes = sending.attachment
  const readBlob: ReadBlob = async function* () {
    if (bytes) for (let at = 0; at < bytes.length; at += 262_144) yield bytes.subarray(at, at + 262_144)
  }
  const named = (addresses: readonly Address[]) => addresses.map(address => ({ name: '', address }))
  const input: MessageInput = {
    from: sender,
    to: named(sending.to),
    cc: named(sending.cc ?? []),
    subject: sending.subject ?? 'Hello',
    text: sending.text ?? 'Hello',
    date: new Date(),
    messageId,
    ...(bytes
      ? {
          attachments: [
            {
              filename: 'a.bin',
              contentType: 'application/x-test',
              sha256: sha256(bytes),
              size: bytes.length,
            },
          ],
        }
      : {}),
  }
  const [first] = recipients
  const deliveries = recipients.map(to => ({ id: newId('delivery') as DeliveryId, to, kind: 'to' as const }))
  return {
    id: newId('handoff'),
    message: outgoingMessage({ frozen: await renderMessage(input, readBlob), messageId, sender, readBlob }),
    deliveries,
    envelopeFrom: 'b-conformance@bounce.sender.test' as Address,
    round: 1,
    dkim: [dkim],
    lane: first ? await laneOf(subject, first) : '',
    keep: async () => undefined,
  }
}

async function laneOf(subject: ConformanceSubject, to: Address): Promise<string> {
  const answer = await subject.channel.lane?.(to, subject.link, never)
  return answer && 'lane' in answer ? answer.lane : ''
}

/** Something sent later has arrived, so what has not arrived by now did not leave. */
async function sentinel(subject: ConformanceSubject, to: Address): Promise<void> {
  await send(subject, { to: [to] })
  await subject.arrived(to, 1)
}

async function expectSigned(raw: Buffer): Promise<void> {
  const text = raw.toString('latin1')
  const wire = Buffer.from(text.includes('\r\n') ? text : text.replaceAll('\n', '\r\n'), 'latin1')
  const resolver = async () => [[`v=DKIM1; k=rsa; p=${publicKey}`]]
  const { results } = await dkimVerify(wire, { resolver })
  expect(results.map(result => `${result.signingDomain} ${result.status.result}`)).toContain(
    'sender.test pass',
  )
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
