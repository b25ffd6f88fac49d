import type { Link } from '@fairlead/contract'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { LinkScript } from '../channels/testing/scripted-link-channel.ts'
import { scriptedLinkChannel } from '../channels/testing/scripted-link-channel.ts'
import { openLink } from '../links/open-link.ts'
import type { Outbox } from '../outbox/start-outbox.ts'
import { asEngine } from '../platform/database/as-role.ts'
import { createSecrets } from '../platform/secrets.ts'
import { startTestOutbox } from '../testing/start-test-outbox.ts'
import { sendAs } from './testing/deliveries.ts'
import { connectServer, linkOf, password, readPost, startLinkApi } from './testing/links.ts'
import { type Body, type TestApi, testAppKey } from './testing/start-test-api.ts'

const eventually = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 60_000, interval: 50 })

/** What the server takes as password, and the Message-IDs of what it took. */
let taken = password
const received: string[] = []
let refusesSender = false
const isRight = (secret: string): Promise<boolean> =>
  Promise.resolve((JSON.parse(secret) as { password: string }).password === taken)
const script: LinkScript = {
  async send(handoff, link, mark) {
    if (!(await link.withSecret(isRight)))
      return { is: 'link-broken', reason: { code: 'link.login', reply: '535 5.7.8 Authentication failed' } }
    if (refusesSender)
      return { is: 'refused', reason: { code: 'identity.not-permitted', reply: '550 5.7.60 SendAsDenied' } }
    await mark()
    received.push(handoff.message.messageId)
    return { is: 'accepted', finalHop: false }
  },
  async *check(link) {
    const isIn = await link.withSecret(isRight)
    yield isIn
      ? { stage: 'sign-in', state: 'passed' }
      : { stage: 'sign-in', state: 'failed', reason: { code: 'link.login' } }
  },
}

let api: TestApi
let outbox: Outbox
beforeAll(async () => {
  api = await startLinkApi(script)
  const { db } = api.database
  outbox = await startTestOutbox(db, scriptedLinkChannel(script), {
    channels: new Map([['smtp', scriptedLinkChannel(script)]]),
    openLink: link => openLink({ db, secrets: createSecrets([testAppKey]) }, link),
  })
})
afterAll(async () => {
  await outbox.stop(5_000)
  await api.close()
})

const statesOf = async (link: Link): Promise<Record<string, number>> => {
  const found = await asEngine(api.database.db, tx =>
    sql<{ state: string; count: number }>`
      select d.state, count(*)::int as count from fairlead.delivery d join fairlead.link l on l.id = d.link_id
      where 'lnk_' || l.id = ${link.id} group by d.state`.execute(tx),
  )
  return Object.fromEntries(found.rows.map(row => [row.state, row.count]))
}

test('the password changes while 200 emails wait: none fails, none is lost, all leave once after the fix', async () => {
  const link = await connectServer(api.ann)
  taken = 'a new one'
  for (let at = 0; at < 200; at += 20)
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        sendAs(api.ann, { linkId: link.id, to: [`p${at + n}@x.example`] }),
      ),
    )
  outbox.wake()
  await eventually(async () => {
    expect((await linkOf(api.ann, link.id))?.state).toBe('needs-attention')
    expect(await statesOf(link)).toEqual({ queued: 200 })
  })
  expect(await linkOf(api.ann, link.id)).toMatchObject({
    reason: { code: 'link.login', reply: '535 5.7.8 Authentication failed' },
    health: { waiting: 200 },
  })
  const { causes } = (await api.ann.call('GET', '/conversations/causes')).body as { causes: Body[] }
  expect(causes).toEqual([
    expect.objectContaining({ kind: 'link', linkId: link.id, waiting: 200, failed: 0, fix: 'mend-link' }),
  ])
  await readPost(api, api.ann, `/links/${link.id}/check`, {})
  expect((await linkOf(api.ann, link.id))?.state).toBe('needs-attention')
  const { version } = (await linkOf(api.ann, link.id)) ?? { version: 0 }
  await api.ann.call('PATCH', `/links/${link.id}`, { body: { version, secret: { password: taken } } })
  await readPost(api, api.ann, `/links/${link.id}/check`, {})
  outbox.wake()
  await eventually(async () => expect(await statesOf(link)).toEqual({ accepted: 200 }))
  expect(new Set(received).size).toBe(200)
  expect(received).toHaveLength(200)
  expect(api.log.join('\n')).not.toContain(taken)
}, 120_000)

test('an identity that the server refused is shown as refused, until it is taken again', async () => {
  taken = password
  const link = await connectServer(api.ann, { name: 'Strict' })
  refusesSender = true
  await sendAs(api.ann, { linkId: link.id })
  outbox.wake()
  await eventually(async () =>
    expect((await linkOf(api.ann, link.id))?.identities).toMatchObject([
      { address: 'ann@acme.example', state: 'refused', reason: { reply: '550 5.7.60 SendAsDenied' } },
    ]),
  )
  refusesSender = false
  await sendAs(api.ann, { linkId: link.id })
  outbox.wake()
  await eventually(async () =>
    expect((await linkOf(api.ann, link.id))?.identities).toMatchObject([
      { state: 'permitted', reason: null },
    ]),
  )
}, 60_000)

test('what is being handed over when the link is removed ends truthfully', async () => {
  const link = await connectServer(api.ann, { name: 'Going' })
  const before = received.length
  await sendAs(api.ann, { linkId: link.id })
  outbox.wake()
  await api.ann.call('DELETE', `/links/${link.id}?waiting=stays`)
  await eventually(async () => {
    const states = await statesOf(link)
    expect(Object.keys(states)).toHaveLength(1)
    const hasLeft = received.length > before
    expect(states).toEqual(hasLeft ? { accepted: 1 } : { queued: 1 })
  })
}, 60_000)
