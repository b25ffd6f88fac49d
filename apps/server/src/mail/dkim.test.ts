import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import { dkimVerify } from 'mailauth/lib/dkim/verify.js'
import { describe, expect, test } from 'vitest'
import { openBody, type ReadBlob } from './body.ts'
import { signDkim } from './dkim.ts'
import type { Address, DkimKey } from './message.ts'
import { type MessageInput, renderMessage } from './render-message.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ed = generateKeyPairSync('ed25519')
const keys: DkimKey[] = [
  { domain: 'sender.example', selector: 'r1', algorithm: 'rsa-sha256', key: rsa.privateKey },
  { domain: 'mail.example.com', selector: 'e1', algorithm: 'ed25519-sha256', key: ed.privateKey },
]
const records: Record<string, string> = {
  'r1._domainkey.sender.example': `v=DKIM1; k=rsa; p=${rsa.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`,
  'e1._domainkey.mail.example.com': `v=DKIM1; k=ed25519; p=${ed.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64')}`,
}
const resolver = async (name: string, type: string) => {
  const record = type === 'TXT' ? records[name] : undefined
  if (!record) throw Object.assign(new Error('no record'), { code: 'ENOTFOUND' })
  return [[record]]
}
const file = randomBytes(100_000)
const sha256 = createHash('sha256').update(file).digest('hex')
const readBlob: ReadBlob = async function* () {
  yield file
}
const at = new Date()
const input: MessageInput = {
  from: { name: 'Ann', address: 'ann@sender.example' as Address },
  to: [{ name: '', address: 'bob@rcpt.example' as Address }],
  subject: 'Hello',
  date: at,
  messageId: 'm1@mail.example.com',
  text: 'Hi',
}

async function signedWire(changes: Partial<MessageInput>): Promise<string> {
  const frozen = await renderMessage({ ...input, ...changes }, readBlob)
  const signatures = await signDkim(frozen.headers, frozen.bodyHash, keys, at)
  let wire = `${[...signatures, ...frozen.headers].join('\r\n')}\r\n\r\n`
  for await (const chunk of openBody(frozen.body, readBlob)) wire += chunk
  return wire
}

async function verdicts(wire: string): Promise<string[]> {
  const { results } = await dkimVerify(Buffer.from(wire), { resolver })
  return results.map(result => `${result.signingDomain} ${result.algo} ${result.status.result}`)
}

const passes = ['sender.example rsa-sha256 pass', 'mail.example.com ed25519-sha256 pass']

describe('both signatures verify at a foreign verifier', () => {
  test.each<[string, Partial<MessageInput>]>([
    ['plain text', {}],
    ['an empty body', { text: '' }],
    ['a body of line ends', { text: '\n\n\n' }],
    ['empty lines and white space at the end', { text: 'a  b\t\tc \n \n\n\n' }],
    ['base64 text', { text: '漢字'.repeat(500) }],
    ['html and text', { html: `<p>${'wide   gaps\t\t'.repeat(100)}</p>` }],
    ['a UTF-8 subject over many lines', { subject: 'Grüße aus Köln '.repeat(40) }],
    [
      'a long list of recipients',
      {
        to: Array.from({ length: 200 }, (_, n) => ({
          name: `Ü, ${n}`,
          address: `r${n}@rcpt.example` as Address,
        })),
      },
    ],
    ['raw UTF-8 in a header', { to: [{ name: 'J', address: 'jürgen@rcpt.example' as Address }] }],
    ['no subject', { subject: '' }],
    ['double spaces in a header', { subject: 'a   b    c' }],
    [
      'an attachment',
      { attachments: [{ filename: 'ü.pdf', contentType: 'application/pdf', sha256, size: file.length }] },
    ],
    [
      'extra headers',
      {
        headers: [
          { name: 'X-Fairlead-Ref', value: 'r 1' },
          { name: 'List-Unsubscribe', value: '<https://u.example/x>' },
        ],
      },
    ],
  ])('%s', async (_what, changes) => {
    const wire = await signedWire(changes)
    for (const line of wire.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(998)
    expect(await verdicts(wire)).toEqual(passes)
  })
})

test.each([
  ['a second From', (wire: string) => wire.replace('\r\nFrom:', '\r\nFrom: x@evil.example\r\nFrom:')],
  ['a second Subject', (wire: string) => wire.replace('\r\nSubject:', '\r\nSubject: evil\r\nSubject:')],
  ['another To', (wire: string) => wire.replace('\r\nTo:', '\r\nTo: x@evil.example\r\nTo:')],
  ['a changed body', (wire: string) => wire.replace('\r\n\r\nHi', '\r\n\r\nHo')],
  ['a changed date', (wire: string) => wire.replace(/\r\nDate: \w+/, '\r\nDate: Xxx')],
])('%s breaks both signatures', async (_what, change) => {
  const wire = await signedWire({})
  const changed = change(wire)
  expect(changed).not.toBe(wire)
  for (const verdict of await verdicts(changed)) expect(verdict).toMatch(/fail|neutral/)
})

test('white space that a relay changes does not break them', async () => {
  const wire = (await signedWire({ text: 'a b\nc' }))
    .replace('Subject: Hello', 'SUBJECT:\t Hello ')
    .replace('a b', 'a \t b')
  expect(await verdicts(wire)).toEqual(passes)
})

test('a key that does not fit its algorithm is told, no key is no signature', async () => {
  const wrong: DkimKey[] = [
    { domain: 'a.example', selector: 's', algorithm: 'rsa-sha256', key: ed.privateKey },
  ]
  await expect(signDkim(['From: a@b'], 'x', wrong, at)).rejects.toThrow(
    /s\._domainkey\.a\.example is not rsa-sha256/,
  )
  expect(await signDkim(['From: a@b'], 'x', [], at)).toEqual([])
})
