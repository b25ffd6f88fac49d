import { authenticate } from 'mailauth'
import PostalMime from 'postal-mime'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { has } from '../apps/server/src/testing/needs.ts'
import { type LiveWorld, mailDomain, openLiveWorld } from './testing/live-world.ts'

const attachment = Buffer.from(Array.from({ length: 100_000 }, (_, at) => (at * 31) % 256))

describe.runIf(has('postfix', 'bind'))('an email sent by the API reaches a real Postfix', () => {
  let world: LiveWorld
  let dkimRecord: string

  beforeAll(async () => {
    world = await openLiveWorld({ isTlsOffered: true })
    await world.start()
    // No record is published here, so the doctor finds fault and says which one it wants.
    const wanted = await world.run(['doctor', '--outside', 'customer.test'], [1])
    dkimRecord = /v=DKIM1;[^"\n]*p=[A-Za-z0-9+/=]+/.exec(wanted)?.[0] ?? ''
  })
  afterAll(() => world?.close())

  test('headers, body and attachment are as written, encrypted on the way, signed, and Bcc is nowhere', async () => {
    const sent = await world.api.send({
      to: ['Bob Müller <bob@customer.test>', 'cara@customer.test'],
      cc: ['dan@customer.test'],
      bcc: ['secret@customer.test'],
      subject:
        'Grüße aus Köln – 東京からこんにちは, a subject that is long enough to be folded more than once on its way',
      html: '<p>Grüße, <b>Bob</b> €</p>',
      text: 'Grüße, Bob €\n.\nFrom here on\n',
      attachments: [
        {
          filename: 'Übersicht 2026.bin',
          contentType: 'application/octet-stream',
          contentBase64: attachment.toString('base64'),
        },
      ],
    })
    const seen = await world.api.until(sent.id, all => all.every(one => one.state === 'delivered'))
    expect(seen.deliveries).toHaveLength(4)
    expect(seen.deliveries.every(one => one.attempts[0]?.tls?.startsWith('TLSv1'))).toBe(true)
    for (const to of ['bob', 'cara', 'dan', 'secret']) {
      const copies = await world.postfix.arrived(`${to}@customer.test`, 1)
      expect(copies).toHaveLength(1)
      await expectAsWritten(copies[0] as Buffer)
    }
  })

  async function expectAsWritten(raw: Buffer): Promise<void> {
    const text = raw.toString('latin1')
    const message = text.slice(text.indexOf('DKIM-Signature:'))
    expect(message.slice(0, message.indexOf('\n\n')).toLowerCase()).not.toMatch(/^bcc:|secret@/m)
    expect(raw.every(octet => octet < 128)).toBe(true)
    const read = await PostalMime.parse(raw)
    expect(read.subject).toBe(
      'Grüße aus Köln – 東京からこんにちは, a subject that is long enough to be folded more than once on its way',
    )
    expect(read.to).toMatchObject([
      { name: 'Bob Müller', address: 'bob@customer.test' },
      { address: 'cara@customer.test' },
    ])
    expect(read.cc).toMatchObject([{ address: 'dan@customer.test' }])
    expect(read.from).toMatchObject({ name: 'Ines Calder', address: 'ines@brightwater.test' })
    expect(read.text?.replaceAll('\r\n', '\n')).toBe('Grüße, Bob €\n.\nFrom here on\n')
    expect(read.html).toContain('<p>Grüße, <b>Bob</b> €</p>')
    expect(read.attachments[0]?.filename).toBe('Übersicht 2026.bin')
    expect(Buffer.from(read.attachments[0]?.content as ArrayBuffer).equals(attachment)).toBe(true)
    expect(await dkimResult(message)).toBe('pass')
  }

  async function dkimResult(message: string): Promise<string | undefined> {
    const checked = await authenticate(Buffer.from(message.replaceAll(/\r?\n/g, '\r\n'), 'latin1'), {
      ip: '127.0.0.1',
      helo: mailDomain,
      sender: '',
      disableArc: true,
      disableBimi: true,
      resolver: async (name: string, type: string) => {
        if (type === 'TXT' && name === `fairlead._domainkey.${mailDomain}`) return [[dkimRecord]]
        throw Object.assign(new Error('not found'), { code: 'ENOTFOUND' })
      },
    })
    return checked.dkim.results[0]?.status.result
  }
})
