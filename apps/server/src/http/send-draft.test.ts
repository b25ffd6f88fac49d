import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asEngine } from '../platform/database/as-role.ts'
import { asDraft, draftOf, letter, releaseDue, sentDraft, suppress } from './testing/drafts.ts'
import { startTestApi, type TestApi } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

const send = (id: string, body: object) => api.ann.call('POST', `/drafts/${id}/send`, { body })
const later = (ms: number) => new Date(Date.now() + ms).toISOString()
const hourMs = 3_600_000

async function stored(id: string) {
  const found = await asEngine(api.database.db, tx =>
    sql<Record<string, unknown>>`
      select state, html, signature_html, from_name, from_address, due_at, due_wall, due_zone, authored, held_reason
      from fairlead.email where id = ${id.slice(4)}`.execute(tx),
  )
  return found.rows[0] ?? {}
}

describe('POST /drafts/{id}/send', () => {
  it('schedules for now and ten seconds to undo, as the workspace may set', async () => {
    const draft = await draftOf(api.ann)
    const before = Date.now()
    const answer = await send(draft.id, { version: draft.version })
    expect(answer).toMatchObject({
      status: 202,
      body: { id: draft.id, state: 'scheduled', wall: null, version: 2 },
    })
    const waits = Date.parse(String(answer.body.sendAt)) - before
    expect(waits).toBeGreaterThan(9_000)
    expect(waits).toBeLessThan(12_000)
    await asEngine(api.database.db, tx =>
      sql`update fairlead.workspace set settings = '{"undoMs": 60000}' where id = ${api.ann.workspaceId}`.execute(
        tx,
      ),
    )
    const slower = await sentDraft(api.ann)
    expect(Date.parse(slower.sendAt) - Date.now()).toBeGreaterThan(50_000)
    await asEngine(api.database.db, tx =>
      sql`update fairlead.workspace set settings = '{}' where id = ${api.ann.workspaceId}`.execute(tx),
    )
  })

  it('makes one email of a double click, of twenty at once, and of a click after the release', async () => {
    const draft = await draftOf(api.ann)
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => send(draft.id, { version: draft.version, undoMs: 0 })),
    )
    expect(new Set(answers.map(answer => JSON.stringify([answer.status, answer.body]))).size).toBe(1)
    expect(answers[0]?.status).toBe(202)
    await releaseDue(api)
    const after = await send(draft.id, { version: draft.version })
    expect(after).toMatchObject({ status: 202, body: { state: 'released' } })
    const { body } = await api.ann.call('GET', `/emails/${draft.id}`)
    expect(body.deliveries).toHaveLength(1)
  })

  it('sends what the writer saw, not what another window saved since', async () => {
    const { id, version } = await draftOf(api.ann)
    await api.ann.call('PUT', `/drafts/${id}`, { body: { ...letter, version, subject: 'Other' } })
    expect((await send(id, { version })).body).toMatchObject({ status: 409, code: 'draft.changed' })
  })

  it('keeps instant, wall time and zone, and moves a time that the clocks skip', async () => {
    const year = new Date().getUTCFullYear() + (new Date().getUTCMonth() > 1 ? 1 : 0)
    const sunday = lastSundayOfMarch(year)
    const skipped = await sentDraft(api.ann, { when: { wall: `${sunday}T02:30`, zone: 'Europe/Amsterdam' } })
    expect(skipped).toMatchObject({
      sendAt: `${sunday}T01:30:00.000Z`,
      isMoved: true,
      zone: 'Europe/Amsterdam',
    })
    const sendAt = later(hourMs)
    const exact = await sentDraft(api.ann, { when: { sendAt, zone: 'America/New_York' } })
    expect(exact).toMatchObject({ sendAt, zone: 'America/New_York', isMoved: false })
    expect(await stored(exact.id)).toMatchObject({ due_zone: 'America/New_York', due_wall: exact.wall })
  })

  it.each([
    ['in the past', { sendAt: '2020-01-01T00:00:00Z' }, 'email.send-at-past'],
    ['too far', { sendAt: '2999-01-01T00:00:00Z' }, 'email.send-at-too-far'],
    ['in a zone that is none', { wall: '2027-01-01T10:00', zone: 'Mars/Olympus' }, 'email.zone-unknown'],
    ['on a day that is none', { wall: '2027-02-30T10:00', zone: 'Europe/Rome' }, 'email.zone-unknown'],
    ['at half a time', { wall: '2027-01-01T10:00' }, 'email.no-time'],
  ])('refuses a time %s', async (_, when, code) => {
    const { id, version } = await draftOf(api.ann)
    expect((await send(id, { version, ...when })).body).toMatchObject({ status: 422, code })
    expect((await stored(id)).state).toBe('draft')
  })

  it.each([
    ['nobody to send to', { to: [] }, 'email.no-recipient'],
    ['a wrong address', { cc: ['carl@'] }, 'email.address-invalid'],
    ['nothing to say', { html: '<p> </p>' }, 'email.no-content'],
    ['a line break in its subject', { subject: 'Hi\r\nBcc: eve@evil.example' }, 'email.line-break'],
    [
      '101 recipients',
      { to: Array.from({ length: 101 }, (_, n) => `p${n}@x.example`) },
      'email.too-many-recipients',
    ],
  ])('refuses a draft with %s and leaves it a draft', async (_, fields, code) => {
    const { id, version } = await draftOf(api.ann, fields)
    expect((await send(id, { version })).body).toMatchObject({ status: 422, code })
    expect((await stored(id)).state).toBe('draft')
  })

  it('refuses others, and an identity that is not verified', async () => {
    const { id, version } = await draftOf(api.ann)
    for (const member of [api.bob, api.eve]) {
      expect((await member.call('POST', `/drafts/${id}/send`, { body: { version } })).status).toBe(404)
    }
    const mine = await draftOf(api.bob)
    const answer = await api.bob.call('POST', `/drafts/${mine.id}/send`, { body: { version: 1 } })
    expect(answer.body).toMatchObject({ status: 422, code: 'identity.unverified' })
  })

  it('freezes signature and sender as they are, and holds what is not verified at the release', async () => {
    const setIdentity = (fields: string) =>
      asEngine(api.database.db, tx =>
        sql`update fairlead.identity set ${sql.raw(fields)} where member_id = ${api.ann.memberId}`.execute(
          tx,
        ),
      )
    await setIdentity(`signature_html = '<b>Ann</b>'`)
    const frozen = await sentDraft(api.ann, { when: { undoMs: 0 } })
    await setIdentity(`signature_html = '', name = 'Somebody else'`)
    await releaseDue(api)
    const sent = (await api.ann.call('GET', `/emails/${frozen.id}`)).body
    expect(sent).toMatchObject({ state: 'released' })
    expect(await messageOf(frozen.id)).toMatchObject({
      from_name: 'Ann Lee',
      body: expect.stringContaining('<b>Ann</b>'),
    })
    const held = await sentDraft(api.ann, { when: { undoMs: 0 } })
    await setIdentity(`verified_at = null, name = 'Ann Lee'`)
    await releaseDue(api)
    await setIdentity(`verified_at = now()`)
    expect((await api.ann.call('GET', `/emails/${held.id}`)).body).toMatchObject({
      ...{ state: 'held', heldReason: { code: 'identity.unverified' } },
    })
    const now = await api.ann.call('POST', `/emails/${held.id}/send-now`)
    expect(now).toMatchObject({ status: 202, body: { state: 'scheduled' } })
    await releaseDue(api)
    expect((await api.ann.call('GET', `/emails/${held.id}`)).body.state).toBe('released')
  })

  it('asks again at the release whether a recipient is suppressed', async () => {
    const { id } = await sentDraft(api.ann, { fields: { to: ['late@north.example'] }, when: { undoMs: 0 } })
    await suppress(api, 'late@north.example')
    await releaseDue(api)
    const { body } = await api.ann.call('GET', `/emails/${id}`)
    expect(body.deliveries).toMatchObject([{ state: 'suppressed' }])
  })
})

describe('POST /drafts/{id}/check', () => {
  const check = async (fields: object, body: object = {}) => {
    const { id } = await draftOf(api.ann, { ...fields })
    return (await api.ann.call('POST', `/drafts/${id}/check`, { body })).body
  }

  it('finds nothing in a letter that can go', async () => {
    expect(await check({})).toEqual({ version: 1, isSendable: true, findings: [] })
  })

  it('lists everything at once with its fix, errors first', async () => {
    await suppress(api, 'gone@north.example')
    const found = await check(
      {
        to: ['carl@', 'gone@north.example', 'dora@north.example'],
        cc: ['a, b@c.example'],
        subject: '',
        html: 'Hi {{first_name|there}}',
      },
      { sendAt: '2020-01-01T00:00:00Z' },
    )
    expect(found).toMatchObject({
      isSendable: false,
      findings: [
        {
          severity: 'error',
          code: 'email.address-invalid',
          fix: 'correct-address',
          params: { address: 'carl@', field: 'to' },
        },
        { severity: 'error', code: 'email.address-invalid', fix: 'correct-address', params: { field: 'cc' } },
        { severity: 'error', code: 'email.send-at-past', fix: 'change-time' },
        {
          severity: 'warning',
          code: 'recipient.suppressed',
          fix: 'remove-recipient',
          params: { address: 'gone@north.example' },
        },
        { severity: 'warning', code: 'email.no-subject', fix: 'write-subject' },
        {
          severity: 'warning',
          code: 'email.field-unfilled',
          fix: 'fill-field',
          params: { field: '{{first_name|there}}' },
        },
      ],
    })
    expect(await check({ to: ['gone@north.example'] })).toMatchObject({
      ...{ isSendable: false, findings: [{ code: 'recipients.all-suppressed', severity: 'error' }] },
    })
  })

  it.each([
    ['needs-attention', true, 'link.needs-attention', 'mend-channel'],
    ['paused', true, 'link.paused', 'choose-channel'],
    ['removed', false, 'link.not-usable', 'choose-channel'],
  ])('says that a channel is %s', async (state, isSendable, code, fix) => {
    const setState = (to: string) =>
      asEngine(api.database.db, tx =>
        sql`update fairlead.link set state = ${to} where workspace_id = ${api.ann.workspaceId}`.execute(tx),
      )
    await setState(state)
    expect(await check({})).toMatchObject({ isSendable, findings: [{ code, fix }] })
    await setState('ready')
  })

  it('says that an identity is not verified, and shows nothing to others', async () => {
    const { id } = await draftOf(api.bob)
    const { body } = await api.bob.call('POST', `/drafts/${id}/check`, { body: {} })
    expect(body).toMatchObject({
      isSendable: false,
      findings: [{ code: 'identity.unverified', fix: 'verify-identity' }],
    })
    for (const member of [api.ann, api.eve]) {
      expect((await member.call('POST', `/drafts/${id}/check`, { body: {} })).status).toBe(404)
    }
  })
})

describe('the signature', () => {
  it('stands once, below the text or where {{my_signature}} places it, and leaves again with undo', async () => {
    await asEngine(api.database.db, tx =>
      sql`update fairlead.identity set signature_html = '<i>Ann</i><script>x</script>'
          where member_id = ${api.ann.memberId}`.execute(tx),
    )
    const html = '<p>{{ my_signature }}</p><p>P.S. {{my_signature}}</p>'
    const placed = await sentDraft(api.ann, { fields: { html } })
    expect((await stored(placed.id)).html).toBe('<p><div><i>Ann</i></div></p><p>P.S. </p>')
    const below = await sentDraft(api.ann)
    expect((await stored(below.id)).html).toBe('<p>Good morning</p><div><i>Ann</i></div>')
    expect(asDraft(await api.ann.call('POST', `/emails/${placed.id}/undo`)).html).toBe(html)
  })
})

async function messageOf(id: string) {
  const found = await asEngine(api.database.db, tx =>
    sql<
      Record<string, unknown>
    >`select from_name, body from fairlead.message where email_id = ${id.slice(4)}`.execute(tx),
  )
  return found.rows[0] ?? {}
}

function lastSundayOfMarch(year: number): string {
  const day = new Date(Date.UTC(year, 2, 31))
  day.setUTCDate(31 - day.getUTCDay())
  return day.toISOString().slice(0, 10)
}
