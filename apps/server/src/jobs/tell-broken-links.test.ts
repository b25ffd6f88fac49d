import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectServer, startLinkApi } from '../http/testing/links.ts'
import { openStream } from '../http/testing/read-stream.ts'
import type { TestApi } from '../http/testing/start-test-api.ts'
import { breakLink } from '../links/set-link-state.ts'
import { asEngine } from '../platform/database/as-role.ts'
import { type LinkId, parseId } from '../platform/ids.ts'
import { createLog } from '../platform/log.ts'
import { createSecrets } from '../platform/secrets.ts'
import { linkJobs } from './link-jobs.ts'

let api: TestApi
beforeAll(async () => {
  api = await startLinkApi()
})
afterAll(() => api.close())

const breakIt = (id: string) =>
  asEngine(api.database.db, tx =>
    breakLink(tx, {
      ...{ workspaceId: api.ann.workspaceId, linkId: parseId('link', id) as LinkId },
      reason: { code: 'link.login', reply: '535 5.7.8 no' },
    }),
  )
const tell = async () => {
  const jobs = linkJobs({
    ...{ accept: api.accept, publicUrl: 'https://mail.example', probes: null },
    secrets: createSecrets(['a key for tests alone, 32 or more']),
  })
  const job = jobs.find(one => one.name === 'tell-broken-links')
  const { db } = api.database
  return (await job?.run({ db, log: createLog({ level: 'silent' }) }, new AbortController().signal))?.told
}
const mails = async () => {
  const found = await asEngine(api.database.db, tx =>
    sql<{ address: string; subject: string; text: string }>`
      select r.address, e.subject, e.body_text as text from fairlead.email e
      join fairlead.email_recipient r on r.workspace_id = e.workspace_id and r.email_id = e.id
      where e.workspace_id = '00000000-0000-0000-0000-000000000000' order by e.created_at, r.address`.execute(
      tx,
    ),
  )
  return found.rows
}

test('owner and admins are mailed once for each break, through the managed servers', async () => {
  const bobs = await connectServer(api.bob, { name: 'Bob’s server' })
  const team = await connectServer(api.ann, { name: 'Team server', owner: 'team' })
  await breakIt(bobs.id)
  await breakIt(bobs.id)
  await breakIt(team.id)
  expect(await tell()).toBe(2)
  expect(await tell()).toBe(0)
  const told = await mails()
  expect(told.map(mail => [mail.address, mail.subject])).toEqual([
    ['bob@acme.example', 'The delivery channel Bob’s server needs attention'],
    ['ann@acme.example', 'The delivery channel Team server needs attention'],
  ])
  expect(told[0]?.text).toContain('refused the login')
  expect(told[0]?.text).toContain('https://mail.example/channels')
  await api.bob.call('POST', `/links/${bobs.id}/resume`)
  await breakIt(bobs.id)
  expect(await tell()).toBe(1)
  expect(await mails()).toHaveLength(3)
})

test('those who see the link hear of it live, others do not', async () => {
  const bobs = await connectServer(api.bob, { name: 'Live' })
  const streams = await Promise.all(
    [api.bob, api.ann, api.eve].map(({ key }) => openStream({ url: api.url, key })),
  )
  for (const stream of streams) expect((await stream.next())?.data.type).toBe('ready')
  await breakIt(bobs.id)
  const [own, admins] = await Promise.all(streams.slice(0, 2).map(stream => stream.next()))
  const news = { type: 'link', linkId: bobs.id, kind: 'broke', state: 'needs-attention' }
  expect(own?.data).toMatchObject(news)
  expect(admins?.data).toMatchObject(news)
  const foreign = await connectServer(api.eve)
  expect((await streams[2]?.next())?.data).toMatchObject({ type: 'link', linkId: foreign.id, kind: 'made' })
  for (const stream of streams) stream.close()
})

test('a rep hears nothing of another member’s link', async () => {
  const stream = await openStream({ url: api.url, key: api.bob.key })
  expect((await stream.next())?.data.type).toBe('ready')
  await connectServer(api.ann, { name: 'Ann’s own' })
  const own = await connectServer(api.bob, { name: 'Bob’s own' })
  expect((await stream.next())?.data).toMatchObject({ type: 'link', linkId: own.id })
  stream.close()
})
