import { expect, test } from 'vitest'
import type { Saying } from '../transports/dns/authority.ts'
import { lookUpDmarc } from './look-up-dmarc.ts'

const texts = (...records: string[]): Saying => ({ is: 'records', records, alias: null })
const none: Saying = { is: 'none' }
const failed: Saying = { is: 'failed', cause: 'timeout' }
const [own, above] = ['_dmarc.news.acme.test', '_dmarc.acme.test']
const ask = (domain: string, zone: Readonly<Record<string, Saying>>) =>
  lookUpDmarc({ askResolver: async ({ name }) => zone[name] ?? none }, domain)

test('the domain’s own policy holds, with the defaults filled in', async () => {
  const zone = { [own]: texts('hello', 'v = DMARC1; p=quarantine; adkim=s; pct=20'), [above]: failed }
  expect(await ask('news.acme.test', zone)).toEqual({
    is: 'found',
    policy: {
      ...{ name: own, record: 'v = DMARC1; p=quarantine; adkim=s; pct=20', policy: 'quarantine' },
      ...{ dkimAlignment: 'strict', spfAlignment: 'relaxed', percent: 20 },
    },
  })
})

test('without one, what the organisational domain says for those below it', async () => {
  const zone = { [above]: texts('v=DMARC1; p=none; sp=reject') }
  expect(await ask('news.acme.test', zone)).toMatchObject({
    is: 'found',
    policy: { name: above, policy: 'reject' },
  })
  expect(await ask('acme.test', zone)).toMatchObject({ policy: { name: above, policy: 'none' } })
})

test('two records at a name end the search: no policy applies, whatever stands above (RFC 7489 §6.6.3)', async () => {
  const zone = {
    [own]: texts('v=DMARC1; p=none', 'v=DMARC1; p=reject'),
    [above]: texts('v=DMARC1; p=reject'),
  }
  expect(await ask('news.acme.test', zone)).toEqual({ is: 'none' })
})

test('a record that says nothing usable ends it as well', async () => {
  const zone = { [own]: texts('v=DMARC1; p=drop'), [above]: texts('v=DMARC1; p=reject') }
  expect(await ask('news.acme.test', zone)).toEqual({ is: 'none' })
})

test('a look-up that decides and fails leaves it unknown; nothing anywhere is none', async () => {
  expect(await ask('news.acme.test', { [own]: failed, [above]: texts('v=DMARC1; p=none') })).toEqual({
    is: 'unknown',
  })
  expect(await ask('news.acme.test', { [above]: { is: 'too-large' } })).toEqual({ is: 'unknown' })
  expect(await ask('news.acme.test', {})).toEqual({ is: 'none' })
})
