import { createHash, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { askDkimpy } from '../testing/dkimpy.ts'
import { has } from '../testing/needs.ts'
import { type Bind, startBind } from '../testing/start-bind.ts'
import { type Judge, startJudge } from '../testing/start-judge.ts'
import { openBody, type ReadBlob } from './body.ts'
import { signDkim } from './dkim.ts'
import type { Address, DkimKey } from './message.ts'
import { type MessageInput, renderMessage } from './render-message.ts'

const domain = 'brightwater.test'
const file = randomBytes(60_000)
const sha256 = createHash('sha256').update(file).digest('hex')
const readBlob: ReadBlob = async function* () {
  yield file
}

/** The keys before and after a rotation: one of each algorithm (RFC 8463 §3: an Ed25519 record holds the bare key). */
const keysOf = (turn: string) => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const ed = generateKeyPairSync('ed25519')
  const text = (key: KeyObject, from = 0) =>
    key.export({ type: 'spki', format: 'der' }).subarray(from).toString('base64')
  const rsaText = text(rsa.publicKey)
  const keys: DkimKey[] = [
    { domain, selector: `${turn}r`, algorithm: 'rsa-sha256', key: rsa.privateKey },
    { domain, selector: `${turn}e`, algorithm: 'ed25519-sha256', key: ed.privateKey },
  ]
  return {
    keys,
    records: [
      `${turn}r._domainkey TXT "v=DKIM1; k=rsa; p=${rsaText.slice(0, 200)}" "${rsaText.slice(200)}"`,
      `${turn}e._domainkey TXT "v=DKIM1; k=ed25519; p=${text(ed.publicKey, -32)}"`,
    ],
  }
}
const old = keysOf('fl1')
const next = keysOf('fl2')

const plain: MessageInput = {
  from: { name: 'Ines Calder', address: `ines@${domain}` as Address },
  to: [{ name: 'Marta', address: 'marta@rcpt.test' as Address }],
  ...{ subject: 'Hello', date: new Date(), messageId: 'm1@mail.fairlead.test', text: 'Good morning' },
}
const contents: readonly [string, Partial<MessageInput>][] = [
  ['plain text', {}],
  [
    'UTF-8 headers',
    {
      from: { name: 'Zoë Brandvåg', address: `ines@${domain}` as Address },
      subject: `Offerte für Ångström – 見積もり ${'長い件名'.repeat(30)}`,
      to: [{ name: 'Łukasz "Łuk" Żółć', address: 'marta@rcpt.test' as Address }],
    },
  ],
  [
    'long lines',
    { text: `${'x'.repeat(5_000)}\n${'word '.repeat(2_000)}\n.\n..two dots\n`, html: undefined },
  ],
  ['UTF-8 text with white space at its ends', { text: ' å \t\n\n漢字 \n\n\n' }],
  [
    'an attachment and HTML',
    {
      html: `<p>${'ü'.repeat(3_000)}</p>`,
      attachments: [
        { filename: 'Prüfbericht.pdf', contentType: 'application/pdf', sha256, size: file.length },
      ],
    },
  ],
]

async function wireOf(changes: Partial<MessageInput>, keys: readonly DkimKey[]): Promise<string> {
  const frozen = await renderMessage({ ...plain, ...changes }, readBlob)
  const signatures = await signDkim(frozen.headers, frozen.bodyHash, keys, new Date())
  let wire = `${[...signatures, ...frozen.headers].join('\r\n')}\r\n\r\n`
  for await (const chunk of openBody(frozen.body, readBlob)) wire += chunk
  return wire
}

/** As it goes through DATA (RFC 5321 §4.5.2): dots doubled, the final line end left to the closing dot. */
const stuffed = (wire: string): string => wire.replace(/\r\n$/, '').replace(/^\./gm, '..')

describe.runIf(has('postfix', 'bind', 'unbound', 'opendkim', 'opendmarc', 'policyd-spf', 'dkimpy'))(
  'after a rotation of keys, at opendkim and at dkimpy',
  () => {
    let bind: Bind
    let judge: Judge
    let count = 0
    beforeAll(async () => {
      // The old RSA record was emptied, which revokes the key (RFC 6376 §3.6.1); the old Ed25519 one is gone.
      bind = await startBind({
        '.': ['nothing TXT "here"'],
        [domain]: [...next.records, 'fl1r._domainkey TXT "v=DKIM1; p="', '_dmarc TXT "v=DMARC1; p=none"'],
      })
      judge = await startJudge(bind.address)
    }, 60_000)
    afterAll(async () => {
      await judge?.stop()
      await bind?.stop()
    })

    const ask = async (changes: Partial<MessageInput>, keys: readonly DkimKey[]) => {
      count += 1
      const judged = await judge.judge({
        ...{ clientAddress: '192.0.2.10', helo: 'mail.fairlead.test', mailFrom: `b-1@${domain}` },
        ...{ to: `case-${count}@rcpt.test`, content: stuffed(await wireOf(changes, keys)) },
      })
      return { opendkim: judged, dkimpy: await askDkimpy(judged.message, judge.nameServer) }
    }

    it.each(contents)(
      '%s: both algorithms verify',
      async (_name, changes) => {
        const { opendkim, dkimpy } = await ask(changes, next.keys)
        expect(opendkim.dkim, opendkim.header).toEqual([
          { domain, result: 'pass' },
          { domain, result: 'pass' },
        ])
        expect(dkimpy).toEqual([`${domain} rsa-sha256 pass`, `${domain} ed25519-sha256 pass`])
      },
      30_000,
    )

    it('what was signed with the old keys does not', async () => {
      const { opendkim, dkimpy } = await ask({}, old.keys)
      expect(opendkim.dkim.filter(one => one.result === 'pass')).toEqual([])
      expect(dkimpy).toEqual([`${domain} rsa-sha256 fail`, `${domain} ed25519-sha256 fail`])
    }, 30_000)
  },
)
