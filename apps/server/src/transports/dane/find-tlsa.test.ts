import { expect, test } from 'vitest'
import type { DnsQuestion, WireAnswer } from '../dns/ask-server.ts'
import { createDane } from './find-tlsa.ts'

const answered = (more: Partial<Extract<WireAnswer, { is: 'answered' }>> = {}): WireAnswer => ({
  ...{ is: 'answered', exists: true, answers: [], isAuthoritative: false, isValidated: true },
  ...more,
})
const failed: WireAnswer = { is: 'failed', cause: 'servfail' }
const record: WireAnswer = answered({
  answers: [
    {
      ...{ type: 'TLSA', name: '_25._tcp.mx.test', ttl: 60 },
      data: { usage: 3, selector: 1, matchingType: 1, certificate: Buffer.alloc(32, 7) },
    },
  ],
})

function world(said: Partial<Record<DnsQuestion['type'], WireAnswer>>) {
  const asked: string[] = []
  const dane = createDane({
    askRaw: async ({ name, type }) => {
      asked.push(`${type} ${name}`)
      return said[type] ?? answered()
    },
  })
  return { dane, asked }
}

test('asks for TLSA records where the address is secure, once', async () => {
  const { dane, asked } = world({ TLSA: record })
  const found = await dane.tlsaOf('mx.test', 25)
  expect(found).toMatchObject({ is: 'found', records: [{ usage: 3, selector: 1, matchingType: 1 }] })
  await dane.tlsaOf('mx.test', 25)
  expect(asked).toEqual(['A mx.test', 'AAAA mx.test', 'TLSA _25._tcp.mx.test'])
})

test.each(['A', 'AAAA'] as const)(
  'does not where the resolver did not validate the %s record',
  async type => {
    const { dane, asked } = world({ TLSA: record, [type]: answered({ isValidated: false }) })
    expect(await dane.tlsaOf('mx.test', 25)).toEqual({ is: 'no-records' })
    expect(asked).not.toContain('TLSA _25._tcp.mx.test')
  },
)

test.each(['A', 'TLSA'] as const)(
  'never takes a failed look-up of %s for its absence (RFC 7672 §2.1.1)',
  async type => {
    expect(await world({ TLSA: record, [type]: failed }).dane.tlsaOf('mx.test', 25)).toEqual({
      ...{ is: 'temporary', code: 'servfail' },
    })
  },
)

test('tells secure domains, insecure ones, and those of which nobody can say', async () => {
  const of = (MX: WireAnswer) => world({ MX }).dane.isSecure('rcpt.test')
  expect(await of(answered())).toEqual({ is: 'found', records: [true] })
  expect(await of(answered({ isValidated: false }))).toEqual({ is: 'no-records' })
  expect(await of(failed)).toMatchObject({ is: 'temporary' })
})
