import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readReturnedMail } from '../src/index.ts'

const folders = ['public', 'hand-made'].map(name => new URL(`../corpus/${name}/`, import.meta.url))
const samples = folders.flatMap(folder =>
  readdirSync(folder)
    .filter(name => name.endsWith('.eml'))
    .map(name => readFileSync(new URL(name, folder))),
)

/** Seconds of mutation: a moment in `npm test`, a minute in CI, hours by hand. */
const fuzzSeconds = Number(process.env.FAIRLEAD_FUZZ_SECONDS ?? 3)

/** The best of three: on a busy machine a single measure tells more of its neighbours. */
function milliseconds(mail: Uint8Array): number {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < 3; round++) {
    const from = performance.now()
    readReturnedMail(mail)
    best = Math.min(best, performance.now() - from)
  }
  return best
}

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1')
const head = 'From: MAILER-DAEMON@example.net\nTo: a@example.com\nSubject: Undelivered Mail\n'

function nested(depth: number): string {
  let open = ''
  for (let at = 0; at < depth; at++) open += `Content-Type: multipart/mixed; boundary="b${at}"\n\n--b${at}\n`
  return `${head}${open}Content-Type: text/plain\n\nend\n`
}

const bait: Readonly<Record<string, string>> = {
  'nested 1,000 deep': nested(1000),
  'one line of 10 MB': `${head}\n${'a'.repeat(10_000_000)}`,
  'a line of at signs': `${head}\n${'a@'.repeat(500_000)}`,
  'a line of angle brackets': `${head}\n${'<'.repeat(1_000_000)}`,
  'addresses without end': `${head}\n${'<a@b.example>: no\n'.repeat(100_000)}`,
  'a header of 5 MB': `Subject: ${'=?utf-8?Q?=41?= '.repeat(300_000)}\n${head}\nx`,
  '200,000 headers': `${'X-A: b\n'.repeat(200_000)}${head}\nx`,
  'folded without end': `Subject: a\n${' b\n'.repeat(300_000)}${head}\nx`,
  'boundaries without end': `${head}Content-Type: multipart/mixed; boundary=b\n\n${'--b\n'.repeat(300_000)}`,
  'prefixes of a boundary': `${head}Content-Type: multipart/mixed; boundary=b\n\n${'--bb\n'.repeat(300_000)}`,
  'tags never closed': `${head}Content-Type: text/html\n\n${'<style><a '.repeat(200_000)}`,
  'entities without end': `${head}Content-Type: text/html\n\n${'&#x41;&amp'.repeat(200_000)}`,
  'codes without end': `${head}\n${'550 5.1.1 said: 421 4.4.2 '.repeat(80_000)}`,
  'transcript without end': `${head}\n   ----- Transcript of session follows -----\n${'>>> RCPT To:<a@b.example>\n<<< 550 no\n'.repeat(50_000)}`,
  'status fields without end': `${head}Content-Type: message/delivery-status\n\n${'Final-Recipient: rfc822; a@b.example\nAction: failed\n\n'.repeat(30_000)}`,
  'base64 without end': `${head}Content-Transfer-Encoding: base64\n\n${'QUFB\n'.repeat(400_000)}`,
  'quoted-printable': `${head}Content-Transfer-Encoding: quoted-printable\n\n${'=\n =3D= \t'.repeat(300_000)}`,
  'utf-7 shifts': `${head}Content-Type: text/plain; charset=utf-7\n\n${'+AGE'.repeat(300_000)}`,
  'blank runs': `${head}\n${' \t'.repeat(1_000_000)}x`,
  'parameters without end': `${head}Content-Type: multipart/mixed; ${'boundary '.repeat(100_000)}\n\nx`,
  'Google sentences': `From: mailer-daemon@google.example\nSubject: failed\n\n${'your message to '.repeat(100_000)}`,
}

describe('hostile input', () => {
  for (const [name, mail] of Object.entries(bait)) {
    test(`${name}: no throw, no hang`, () => {
      expect(milliseconds(latin1(mail))).toBeLessThan(2000)
    })
  }

  test('a mail of 50 MB', () => {
    const line = Buffer.from(`${'x'.repeat(75)}\n`)
    const mail = Buffer.concat([samples[0] ?? Buffer.alloc(0), Buffer.alloc(50_000_000, line)])
    expect(milliseconds(mail)).toBeLessThan(3000)
  })

  test('time grows no faster than size', () => {
    for (const [name, mail] of Object.entries(bait)) {
      const small = milliseconds(latin1(mail.slice(0, mail.length / 8)))
      const large = milliseconds(latin1(mail))
      expect(large, `${name}: ${small} ms, eight times the size ${large} ms`).toBeLessThan(16 * small + 250)
    }
  })

  test('every prefix of the samples', () => {
    // Every single one takes minutes: by hand, with FAIRLEAD_FUZZ_SECONDS above 300.
    const step = fuzzSeconds > 300 ? 1 : fuzzSeconds > 10 ? 13 : 97
    for (const mail of samples) {
      const end = Math.min(mail.length, 20_000)
      for (let at = 0; at < end; at += step) readReturnedMail(mail.subarray(0, at))
    }
  }, 3_600_000)

  test('random bytes and mutated mail', () => {
    const until = performance.now() + fuzzSeconds * 1000
    const edit: fc.Arbitrary<Edit> = fc.tuple(
      fc.nat(),
      fc.constantFrom('set', 'cut', 'copy', 'splice'),
      fc.nat(255),
      fc.nat(400),
    )
    const mutated: fc.Arbitrary<Uint8Array> = fc
      .tuple(fc.constantFrom(...samples), fc.array(edit, { maxLength: 12 }), fc.constantFrom(...samples))
      .map(([mail, edits, other]): Uint8Array => {
        let bytes: Buffer = Buffer.from(mail)
        for (const edit of edits) bytes = mutate(bytes, other, edit)
        return bytes
      })
    const random: fc.Arbitrary<Uint8Array> = fc.uint8Array({ maxLength: 3000 })
    let runs = 0
    const once = (mail: Uint8Array): boolean => {
      runs++
      const from = performance.now()
      const report = readReturnedMail(mail)
      const isQuick = performance.now() - from < 1000 || milliseconds(mail) < 1000
      return isQuick && report.confidence >= 0 && report.confidence <= 1
    }
    for (let seed = 1; performance.now() < until; seed++) {
      fc.assert(
        fc.property(fc.oneof({ arbitrary: mutated, weight: 9 }, { arbitrary: random, weight: 1 }), once),
        {
          numRuns: 200,
          seed,
        },
      )
    }
    console.info(`fuzz: ${runs} executions over ${samples.length} samples in ${fuzzSeconds} s`)
  }, 86_400_000)
})

type Edit = readonly [at: number, how: string, byte: number, length: number]

function mutate(bytes: Buffer, other: Uint8Array, [where, how, byte, length]: Edit): Buffer {
  const at = bytes.length === 0 ? 0 : where % bytes.length
  if (how === 'set') {
    const copy = Buffer.from(bytes)
    if (copy.length > 0) copy[at] = byte
    return copy
  }
  if (how === 'cut') return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)])
  if (how === 'copy') return Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)])
  return Buffer.concat([bytes.subarray(0, at), other.subarray(byte, byte + length), bytes.subarray(at)])
}
