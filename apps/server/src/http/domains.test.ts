import type { SendingDomain } from '@fairlead/contract'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DomainWorld, openDomainWorld, ourHosts } from '../domains/testing/open-domain-world.ts'
import { asEngine } from '../platform/database/as-role.ts'
import { has } from '../testing/needs.ts'
import { createDnsClient } from '../transports/dns/client.ts'
import { callApi, startTestApi, type TestApi, type TestMember } from './testing/start-test-api.ts'

describe.runIf(has('bind'))('sending domains', () => {
  let world: DomainWorld
  let api: TestApi
  beforeAll(async () => {
    world = await openDomainWorld()
    api = await startTestApi({
      domains: {
        ...world.lookUp,
        smartHost: null,
        dns: createDnsClient({ servers: [world.bind.address] }),
      },
    })
  })
  afterAll(async () => {
    await api.close()
    await world.close()
  })

  const add = (member: TestMember, domain: string) => member.call('POST', '/domains', { body: { domain } })
  const list = async (member: TestMember) =>
    ((await member.call('GET', '/domains')).body as unknown as { domains: SendingDomain[] }).domains
  async function made(domain: string): Promise<SendingDomain> {
    const { status, body } = await add(api.ann, domain)
    expect(status).toBe(201)
    return body as unknown as SendingDomain
  }
  let clockMs = 0
  async function later(hours: number): Promise<void> {
    clockMs += hours * 3_600_000
    await api.database.setClockOffset(clockMs)
  }

  describe('POST /domains', () => {
    it('answers with the records, looked for at once, and never shows a private key', async () => {
      const shown = await made('Acme.test')
      expect(shown).toMatchObject({ domain: 'acme.test', recordsFound: 0, recordsRequired: 4 })
      expect(shown.records.map(record => record.state)).not.toContain('not-checked-yet')
      expect(shown.records[0]?.problem).toMatchObject({
        code: 'none',
        fix: expect.stringContaining('Add it'),
      })
      expect(JSON.stringify(shown)).not.toContain('PRIVATE')
    })

    it.each([
      ['acme.test', 409, 'domain.exists'],
      ['gmail.com', 422, 'domain.free-mail'],
      ['co.uk', 422, 'domain.invalid'],
      ['not a domain', 422, 'domain.invalid'],
      ['127.0.0.1', 422, 'domain.invalid'],
      ['x.mail.ours.test', 422, 'domain.ours'],
      ['', 422, 'domain.invalid'],
    ])('%j is refused', async (domain, status, code) => {
      expect((await add(api.ann, domain)).body).toMatchObject({ status, code })
    })

    it('is for admins; another workspace may have the same domain, with names of its own', async () => {
      expect((await add(api.bob, 'other.test')).body.code).toBe('auth.forbidden')
      const eve = await add(api.eve, 'acme.test')
      expect(eve.status).toBe(201)
      const [own] = await list(api.ann)
      const others = eve.body as unknown as SendingDomain
      expect(others.envelope.host).not.toBe(own?.envelope.host)
      await api.eve.call('DELETE', `/domains/${others.id}`)
    })
  })

  describe('GET /domains', () => {
    it('shows admins all, a rep those of their identities, strangers none', async () => {
      expect((await list(api.ann)).map(one => one.domain)).toEqual(['acme.test'])
      expect(await list(api.bob)).toEqual([])
      expect(await list(api.eve)).toEqual([])
      await api.bob.call('POST', '/identities', { body: { name: 'Bob', address: 'bob@acme.test' } })
      expect((await list(api.bob)).map(one => one.domain)).toEqual(['acme.test'])
    })
  })

  describe('GET /domains/{id}', () => {
    it('shows one, and nothing to another workspace', async () => {
      const [shown] = await list(api.ann)
      expect((await api.ann.call('GET', `/domains/${shown?.id}`)).body.domain).toBe('acme.test')
      expect((await api.eve.call('GET', `/domains/${shown?.id}`)).status).toBe(404)
      expect((await api.ann.call('GET', '/domains/nonsense')).status).toBe(404)
    })
  })

  describe('GET /domains/{id}/zone', () => {
    it('is a zone file that BIND loads and the check then finds', async () => {
      const [shown] = await list(api.ann)
      const { body, headers } = await api.ann.call('GET', `/domains/${shown?.id}/zone`)
      expect(headers.get('content-disposition')).toBe('attachment; filename="acme.test.zone"')
      await world.publish(...String(body.text).split('\n'))
      await later(1)
      const checked = (await api.ann.call('POST', `/domains/${shown?.id}/check`))
        .body as unknown as SendingDomain
      expect(checked).toMatchObject({ recordsFound: 4, signing: { state: 'on' }, envelope: { state: 'on' } })
      expect(checked.dmarc).toMatchObject({ policy: 'none', reportsToUs: true })
      expect((await api.bob.call('GET', `/domains/${shown?.id}/zone`)).status).toBe(403)
    })
  })

  describe('POST /domains/{id}/check', () => {
    it('verifies identities of the domain, and new ones at once, without a mail', async () => {
      const { body } = await api.bob.call('GET', '/identities')
      const verified = (body as unknown as { identities: { address: string; verifiedBy: string }[] })
        .identities
      expect(verified.find(one => one.address === 'bob@acme.test')?.verifiedBy).toBe('domain')
      const made = await api.bob.call('POST', '/identities', {
        body: { name: 'Bob', address: 'sales@acme.test' },
      })
      expect(made.body).toMatchObject({ verifiedBy: 'domain', verification: null })
    })

    it('answers what was found when it is asked again at once, tells admins of a lapse once, and keeps reps out', async () => {
      const [shown] = await list(api.ann)
      await world.publish()
      const again = await api.ann.call('POST', `/domains/${shown?.id}/check`)
      expect((again.body as unknown as SendingDomain).checkedAt).toBe(shown?.checkedAt)
      await later(1)
      const lapsed = await api.ann.call('POST', `/domains/${shown?.id}/check`)
      expect(lapsed.body).toMatchObject({ signing: { state: 'grace' }, envelope: { state: 'grace' } })
      await later(1)
      await api.ann.call('POST', `/domains/${shown?.id}/check`)
      const mails = await asEngine(api.database.db, tx =>
        sql<{ subject: string; to: string }>`
          select e.subject, r.address as "to" from fairlead.email e
          join fairlead.email_recipient r on r.workspace_id = e.workspace_id and r.email_id = e.id
          where e.subject like 'Records of acme.test%'`.execute(tx),
      )
      expect(mails.rows).toEqual([
        { subject: 'Records of acme.test are gone', to: 'ann@acme.example' },
        { subject: 'Records of acme.test are gone', to: 'ann@acme.example' },
      ])
      expect((await api.bob.call('POST', `/domains/${shown?.id}/check`)).status).toBe(403)
      expect((await api.eve.call('POST', `/domains/${shown?.id}/check`)).status).toBe(404)
    })
  })

  describe('POST /domains/{id}/rotate', () => {
    it('makes the next keys once, where there are present ones that sign', async () => {
      const [shown] = await list(api.ann)
      const rotated = await api.ann.call('POST', `/domains/${shown?.id}/rotate`)
      expect(rotated.body).toMatchObject({ rotation: { state: 'waiting' }, recordsRequired: 6 })
      expect((await api.ann.call('POST', `/domains/${shown?.id}/rotate`)).body.code).toBe(
        'domain.rotation-open',
      )
      const fresh = await made('fresh.acme.test')
      expect((await api.ann.call('POST', `/domains/${fresh.id}/rotate`)).body.code).toBe('domain.not-signing')
      expect((await api.bob.call('POST', `/domains/${fresh.id}/rotate`)).status).toBe(403)
    })
  })

  describe('GET /domains/{id}/dmarc', () => {
    it('says where reports go and that none came', async () => {
      const [shown] = await list(api.ann)
      const { body } = await api.ann.call('GET', `/domains/${shown?.id}/dmarc`)
      expect(body).toMatchObject({ address: shown?.reportAddress, reports: 0, messages: 0, sources: [] })
      expect((await api.bob.call('GET', `/domains/${shown?.id}/dmarc`)).status).toBe(403)
      expect((await api.eve.call('GET', `/domains/${shown?.id}/dmarc`)).status).toBe(404)
    })
  })

  describe('DELETE /domains/{id}', () => {
    it('takes the domain and its keys away, and the verification that hung on it', async () => {
      const [shown] = await list(api.ann)
      expect((await api.bob.call('DELETE', `/domains/${shown?.id}`)).status).toBe(403)
      expect((await api.ann.call('DELETE', `/domains/${shown?.id}`)).status).toBe(204)
      expect((await api.ann.call('DELETE', `/domains/${shown?.id}`)).status).toBe(404)
      expect((await list(api.ann)).map(one => one.domain)).not.toContain('acme.test')
      const { body } = await api.bob.call('GET', '/identities')
      const identities = (body as unknown as { identities: { address: string; verifiedAt: null }[] })
        .identities
      expect(identities.find(one => one.address === 'bob@acme.test')?.verifiedAt).toBeNull()
      expect((await made('acme.test')).signing.state).toBe('off')
    })
  })

  describe('GET /allowlist', () => {
    it('tells anybody our hosts and addresses, as JSON and as text', async () => {
      const { body } = await callApi(api.url, { method: 'GET', path: '/allowlist' })
      expect(body).toEqual({
        ehloNames: [ourHosts.mailDomain],
        ...{ addresses: ['192.0.2.10'], areAddressesKnown: true, smartHost: null },
        returnPathHosts: [ourHosts.returnPathHost],
        ...{ dkimDomains: [ourHosts.mailDomain], dkimSelectors: [ourHosts.dkimSelector] },
      })
      const text = await callApi(api.url, { method: 'GET', path: '/allowlist.txt' })
      expect(text.headers.get('content-type')).toContain('text/plain')
      expect(String(text.body.text).split('\n')).toContain('address: 192.0.2.10')
    })
  })
})
