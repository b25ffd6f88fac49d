import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asEngine } from '../platform/database/as-role.ts'
import { draftOf } from './testing/drafts.ts'
import { startTestApi, type TestApi } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

describe('POST /preview', () => {
  it('says of the default identity on the managed servers what recipients see', async () => {
    const { status, body } = await api.ann.call('POST', '/preview', { body: {} })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      channel: 'managed',
      from: { name: 'Ann Lee', address: 'ann@acme.example' },
      isSwapped: false,
      gmail: {
        value: { via: 'mail.fairlead.test', line: 'Ann Lee <ann@acme.example> via mail.fairlead.test' },
      },
      outlook: { value: { via: 'mail.fairlead.test' } },
      authentication: { value: { dmarc: { result: 'unknown' } }, certainty: 'not-checked-yet' },
      choices: [{ channel: 'managed', isChosen: true, dmarc: 'unknown', acceptance: null }],
      recommendation: null,
      mailedBy: { value: 'bounces.mail.fairlead.test', certainty: 'computed' },
      signedBy: { value: 'mail.fairlead.test' },
      replies: { value: { address: 'ann@acme.example', isSeen: false } },
      sentCopy: { value: false },
      bounces: { value: 'return-path' },
      html: null,
    })
  })

  it('shows an identity that is not verified yet, but none of others', async () => {
    expect((await api.bob.call('POST', '/preview', { body: {} })).body).toMatchObject({
      ...{ from: { address: 'bob@acme.example' } },
    })
    const { identities } = (await api.eve.call('GET', '/identities')).body as { identities: { id: string }[] }
    const { links } = (await api.eve.call('GET', '/links')).body as { links: { id: string }[] }
    for (const body of [{ identityId: identities[0]?.id }, { linkId: links[0]?.id }, { linkId: 'lnk_x' }]) {
      expect((await api.ann.call('POST', '/preview', { body })).status).toBe(404)
    }
  })
})

describe('GET /drafts/{id}/preview', () => {
  it('shows the text with the signature, and the plain text that goes with it', async () => {
    await asEngine(api.database.db, tx =>
      sql`update fairlead.identity set signature_html = '<b>Ann</b><script>x</script>'
          where member_id = ${api.ann.memberId}`.execute(tx),
    )
    const { id } = await draftOf(api.ann)
    expect((await api.ann.call('GET', `/drafts/${id}/preview`)).body).toMatchObject({
      ...{ html: '<p>Good morning</p><div><b>Ann</b></div>', signatureHtml: '<b>Ann</b>' },
      text: 'Good morning\n\nAnn',
    })
    for (const member of [api.bob, api.eve]) {
      expect((await member.call('GET', `/drafts/${id}/preview`)).status).toBe(404)
    }
  })
})
