import { createHash, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import PostalMime from 'postal-mime'
import { describe, expect, test } from 'vitest'
import { openBody, type ReadBlob } from './body.ts'
import { RenderError } from './header-field.ts'
import type { Address, FrozenMessage, Mailbox } from './message.ts'
import { type MessageInput, outgoingMessage, renderMessage } from './render-message.ts'

const mailbox = (name: string, address: string): Mailbox => ({ name, address: address as Address })
const noBlobs: ReadBlob = () => {
  throw new Error('no blob expected')
}
const input: MessageInput = {
  from: mailbox('Ann Lee', 'ann@sender.example'),
  to: [mailbox('', 'bob@rcpt.example')],
  subject: 'Hello',
  date: new Date('2026-11-21T04:05:06Z'),
  messageId: 'm1@mail.example.com',
  text: 'Hi Bob',
}

function blobsOf(...blobs: Buffer[]) {
  const byHash = new Map(blobs.map(bytes => [createHash('sha256').update(bytes).digest('hex'), bytes]))
  const readBlob: ReadBlob = async function* (sha256) {
    const bytes = byHash.get(sha256)
    if (!bytes) throw new Error('unknown blob')
    for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000)
  }
  return { readBlob, hashes: [...byHash.keys()] }
}

async function wireOf(frozen: FrozenMessage, readBlob: ReadBlob = noBlobs): Promise<string> {
  let wire = `${frozen.headers.join('\r\n')}\r\n\r\n`
  for await (const chunk of openBody(frozen.body, readBlob)) {
    expect(chunk.length).toBeLessThanOrEqual(65_536)
    wire += chunk
  }
  return wire
}

/** Renders, checks what must hold for every message, and reads it back with a parser that is not ours. */
async function roundTrip(changes: Partial<MessageInput>, readBlob: ReadBlob = noBlobs) {
  const frozen = await renderMessage({ ...input, ...changes }, readBlob)
  const wire = await wireOf(frozen, readBlob)
  expect(Buffer.byteLength(wire)).toBe(frozen.size)
  expect(wire).not.toMatch(/[^\r]\n|\r[^\n]/)
  for (const line of wire.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(998)
  return { frozen, wire, mail: await PostalMime.parse(wire) }
}

describe('a rendered message', () => {
  test('of plain text is read back', async () => {
    const { mail, wire } = await roundTrip({ cc: [mailbox('Lee, Carl', 'carl@rcpt.example')] })
    expect(mail.subject).toBe('Hello')
    expect(mail.from).toEqual({ name: 'Ann Lee', address: 'ann@sender.example' })
    expect(mail.cc).toEqual([{ name: 'Lee, Carl', address: 'carl@rcpt.example' }])
    expect(mail.text?.trimEnd()).toBe('Hi Bob')
    expect(mail.date).toBe('2026-11-21T04:05:06.000Z')
    expect(mail.messageId).toBe('<m1@mail.example.com>')
    expect(wire).toMatch(/^Date: Sat, 21 Nov 2026 04:05:06 \+0000\r\n/)
    expect(wire).not.toMatch(/bcc/i)
  })

  test('is 7-bit with lines of at most 76 columns whatever the content', async () => {
    const text = `${'ü'.repeat(500)}\n${'x'.repeat(5000)}\n.\n..\nFrom me\n trailing \t\n\u0000${'漢'.repeat(300)}`
    const { wire, mail } = await roundTrip({
      subject: 'Grüße '.repeat(60),
      from: mailbox('Jürgen „Jay“ Müller', 'j@sender.example'),
      to: Array.from({ length: 50 }, (_, index) => mailbox(`Ünal, ${index}`, `r${index}@rcpt.example`)),
      text,
      html: `<p>${'€'.repeat(800)}</p>`,
    })
    expect(wire).toMatch(/^[\t\r\n\u0020-\u007e]*$/)
    for (const line of wire.split('\r\n')) expect(line.length).toBeLessThanOrEqual(76)
    expect(wire).not.toMatch(/\r\n\.|\r\nFrom |[ \t]\r\n/)
    expect(mail.subject).toBe('Grüße '.repeat(60).trim())
    expect(mail.from?.name).toBe('Jürgen „Jay“ Müller')
    expect(mail.to?.[49]).toEqual({ name: 'Ünal, 49', address: 'r49@rcpt.example' })
    expect(mail.text?.replaceAll('\r\n', '\n').trimEnd()).toBe(text.replace('\0', '').trimEnd())
    expect(mail.html?.trimEnd()).toBe(`<p>${'€'.repeat(800)}</p>`)
  })

  test('has a plain text made from its html', async () => {
    const { mail } = await roundTrip({
      text: undefined,
      html: '<h1>Hello</h1><p>See <a href="https://a.example/x?a=1&amp;b=2">our offer</a>.</p><img src="cid:x"><script>x()</script>',
    })
    expect(mail.text?.trimEnd()).toBe('Hello\n\nSee our offer (https://a.example/x?a=1&b=2).')
  })

  test.each(['<div>', '<ul><li>', '<blockquote>', '<table><tr><td>'])(
    'survives 5,000 nested %s',
    async tag => {
      const { mail } = await roundTrip({ text: undefined, html: `${tag.repeat(5_000)}deep` })
      expect(mail.html).toContain('deep')
    },
  )

  test.each([
    [{ text: '' }, ''],
    [{ text: undefined }, ''],
    [{ text: '\n\n' }, ''],
    [{ text: '\r\n\n\r' }, ''],
  ])('may be empty: %j', async (changes, text) => {
    const { mail } = await roundTrip(changes)
    expect((mail.text ?? '').trim()).toBe(text)
  })

  test('carries attachments byte for byte, inline images beside the html', async () => {
    const pdf = randomBytes(200_003)
    const png = randomBytes(57 * 3)
    const { readBlob, hashes } = blobsOf(pdf, png, Buffer.alloc(0))
    const [first = '', second = '', third = ''] = hashes
    const long = `${'Ärger mit „Anführung“ '.repeat(6)}.pdf`
    const { mail, frozen } = await roundTrip(
      {
        html: '<img src="cid:logo">',
        attachments: [
          { filename: long, contentType: 'application/pdf', sha256: first, size: pdf.length },
          {
            filename: 'logo.png',
            contentType: 'image/png',
            sha256: second,
            size: png.length,
            contentId: 'logo',
          },
          { filename: '', contentType: 'message/rfc822', sha256: third, size: 0 },
        ],
      },
      readBlob,
    )
    expect(frozen.body.filter(piece => 'blob' in piece)).toHaveLength(3)
    const byName = new Map(mail.attachments.map(attachment => [attachment.filename, attachment]))
    expect([...byName.keys()].sort()).toEqual(['attachment', 'logo.png', long].sort())
    expect(Buffer.from(byName.get(long)?.content as ArrayBuffer).equals(pdf)).toBe(true)
    expect(Buffer.from(byName.get('logo.png')?.content as ArrayBuffer).equals(png)).toBe(true)
    expect(byName.get('logo.png')).toMatchObject({
      contentId: '<logo>',
      disposition: 'inline',
      related: true,
    })
    expect(byName.get('attachment')?.mimeType).toBe('application/octet-stream')
  })

  test('stops when a blob is not as long as it was said to be', async () => {
    const bytes = randomBytes(500)
    const { readBlob, hashes } = blobsOf(bytes)
    for (const size of [499, 501]) {
      const attachments = [{ filename: 'a', contentType: 'a/b', sha256: hashes[0] ?? '', size }]
      await expect(renderMessage({ ...input, attachments }, readBlob)).rejects.toThrow(/should have/)
    }
  })

  test('gets the Message-ID of another round and nothing else', async () => {
    const frozen = await renderMessage(input, noBlobs)
    const messageId = 'm1.d1.r2@mail.example.com'
    const outgoing = outgoingMessage({ frozen, messageId, sender: input.from, readBlob: noBlobs })
    expect(outgoing.headers.filter((field, index) => field !== frozen.headers[index])).toEqual([
      `Message-ID: <${messageId}>`,
    ])
    expect(outgoing.size - frozen.size).toBe(messageId.length - input.messageId.length)
    for (let again = 0; again < 2; again++) {
      let body = ''
      for await (const chunk of outgoing.openBody()) body += chunk
      expect(body).toBe('Hi Bob\r\n')
    }
  })

  test('continues a thread, keeping the root and the newest of a long chain', async () => {
    const references = Array.from({ length: 200 }, (_, index) => `<r${index}@x.example>`)
    const { mail } = await roundTrip({
      inReplyTo: '<p@x.example>',
      references: [...references, '<bad id>', 'x\r\nBcc: a@b.c'],
    })
    expect(mail.inReplyTo).toBe('<p@x.example>')
    const kept = mail.references?.split(/\s+/) ?? []
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([20, '<r0@x.example>', '<r199@x.example>'])
  })

  test('writes an international local part in raw UTF-8 and nothing else', async () => {
    const { wire, mail } = await roundTrip({ to: [mailbox('Jürgen', 'jürgen@rcpt.example')] })
    expect(wire).toContain('To: =?UTF-8?Q?J=C3=BCrgen?= <jürgen@rcpt.example>\r\n')
    expect(mail.to?.[0]).toEqual({ name: 'Jürgen', address: 'jürgen@rcpt.example' })
  })
})

const evil = 'x\r\nBcc: victim@evil.example\r\n\r\nbody\0\u2028\u0085y'
describe('header injection', () => {
  test.each<[string, Partial<MessageInput>]>([
    ['subject', { subject: evil }],
    ['sender name', { from: mailbox(evil, 'a@sender.example') }],
    ['recipient name', { to: [mailbox(evil, 'a@rcpt.example')] }],
    ['Cc name', { cc: [mailbox(evil, 'a@rcpt.example')] }],
    ['Reply-To name', { replyTo: mailbox(evil, 'a@rcpt.example') }],
    ['value of an extra header', { headers: [{ name: 'X-Fairlead-Ref', value: evil }] }],
    ['In-Reply-To', { inReplyTo: `<${evil}@x>` }],
    ['References', { references: [`<${evil}@x>`] }],
  ])('by the %s ends on its own line', async (_where, changes) => {
    const { mail, frozen } = await roundTrip(changes)
    expect(mail.headers.some(header => header.key === 'bcc')).toBe(false)
    expect(mail.text?.trimEnd()).toBe('Hi Bob')
    for (const field of frozen.headers) expect(field).not.toMatch(/\r\n[^ ]|\n$/)
  })

  test.each([evil, 'a"; filename="b.exe', '..\\..\\etc/pass\r\nwd', 'a;b=c', "x'*%0d%0aBcc: y"])(
    'by the file name %j',
    async filename => {
      const { readBlob, hashes } = blobsOf(Buffer.from('x'))
      const attachments = [{ filename, contentType: 'text/csv', sha256: hashes[0] ?? '', size: 1 }]
      const { mail } = await roundTrip({ attachments }, readBlob)
      expect(mail.attachments).toHaveLength(1)
      expect(mail.attachments[0]?.filename).not.toMatch(/[/\\\r\n]/)
      expect(mail.headers.some(header => header.key === 'bcc')).toBe(false)
    },
  )

  test.each(['text/html\r\nX-Evil: 1', 'multipart/mixed; boundary="x"', 'nonsense', ''])(
    'by the type %j',
    async contentType => {
      const { readBlob, hashes } = blobsOf(Buffer.from('x'))
      const attachments = [{ filename: 'a', contentType, sha256: hashes[0] ?? '', size: 1 }]
      const { mail } = await roundTrip({ attachments }, readBlob)
      expect(mail.attachments[0]?.mimeType).toBe('application/octet-stream')
    },
  )

  const one = { filename: 'a', contentType: 'a/b', sha256: 'a'.repeat(64), size: 1 }
  test.each<[string, Partial<MessageInput>]>([
    ['a header name with a line end', { headers: [{ name: 'X-A\r\nBcc', value: 'x' }] }],
    ['a header name with a colon', { headers: [{ name: 'X-A: b', value: 'x' }] }],
    ['an empty header name', { headers: [{ name: '', value: 'x' }] }],
    ['a header of ours', { headers: [{ name: 'bCC', value: 'x' }] }],
    ['a content header', { headers: [{ name: 'Content-Type', value: 'x' }] }],
    ['an endless word', { headers: [{ name: 'X-A', value: 'x'.repeat(1000) }] }],
    ['a bad Message-ID', { messageId: 'a@b\r\nBcc: c@d' }],
    ['no date', { date: new Date(Number.NaN) }],
    ['a content id with a line end', { attachments: [{ ...one, contentId: 'x\r\nBcc: y' }] }],
    ['a hash that is none', { attachments: [{ ...one, sha256: '../etc/passwd' }] }],
    ['a size that is none', { attachments: [{ ...one, size: -1 }] }],
  ])('refuses %s', async (_what, changes) => {
    await expect(renderMessage({ ...input, ...changes }, noBlobs)).rejects.toThrow(RenderError)
  })
})

test('any text comes back as it went in', async () => {
  const anyText = fc.string({ unit: 'binary', maxLength: 400 })
  await fc.assert(
    fc.asyncProperty(anyText, anyText, anyText, async (subject, name, text) => {
      const { mail } = await roundTrip({ subject, text, from: mailbox(name, 'a@sender.example') })
      const flat = (value: string) =>
        value
          .toWellFormed()
          .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
          .trim()
          .replace(/\s+/g, ' ')
      expect((mail.subject ?? '').replace(/\s+/g, ' ').trim()).toBe(flat(subject))
      expect((mail.from?.name ?? '').replace(/\s+/g, ' ').trim()).toBe(flat(name))
      const lines = (value: string) =>
        value.toWellFormed().replaceAll('\0', '').replace(/\r\n?/g, '\n').trimEnd()
      expect(lines(mail.text ?? '')).toBe(lines(text))
    }),
    { numRuns: 150 },
  )
})
