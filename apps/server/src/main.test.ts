import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStream } from './http/testing/read-stream.ts'
import type { Address } from './mail/message.ts'
import { openCore } from './main/open-core.ts'
import { openDatabase } from './main/open-database.ts'
import { type Fairlead, startFairlead } from './main.ts'
import { readConfig } from './platform/config.ts'
import { createLog } from './platform/log.ts'
import { createApiKey } from './team/create-api-key.ts'
import { createWorkspace } from './team/create-workspace.ts'
import { findMembers } from './team/find-members.ts'

const log = createLog({ level: 'silent' })
let folder: string
let fairlead: Fairlead
let key: string

const config = () => readConfig({ FAIRLEAD_DATA: join(folder, 'data'), FAIRLEAD_PORT: '0' })

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-main-'))
  chmodSync(folder, 0o711)
  fairlead = await startFairlead({ config: config(), log })
  const database = await openDatabase(config(), log)
  const core = await openCore({ config: config(), log, database, for: 'command' })
  await createWorkspace(core, { name: 'Acme', adminName: 'Ann', adminAddress: 'ann@acme.example' as Address })
  const [ann] = await findMembers(core.db, 'ann@acme.example' as Address)
  if (!ann) throw new Error('no member')
  key = (await createApiKey(core.auth, ann)).key
  await core.close()
  await database.close()
})
afterAll(async () => {
  await fairlead.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function call(method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(`${fairlead.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  expect(answer.ok, `${method} ${path}: ${answer.status}`).toBe(true)
  return answer.json()
}

async function send(to: string): Promise<string> {
  const made = (await call('POST', '/api/v1/emails', { to: [to], subject: 'Hello', text: 'Hi' })) as {
    id: string
  }
  return made.id
}

/** Asks until the only delivery of the email is in that state. */
async function becomes(id: string, state: string): Promise<unknown> {
  const states = async () => {
    const email = (await call('GET', `/api/v1/emails/${id}`)) as { deliveries: { state: string }[] }
    return email.deliveries.map(delivery => delivery.state)
  }
  return expect.poll(states, { timeout: 20_000, interval: 50 }).toEqual([state])
}

test('an empty folder becomes a running sandbox in which mail has four fates', async () => {
  const [taken, refused, waits, returned] = await Promise.all([
    send('bob@customer.example'),
    send('missing@customer.example'),
    send('greylist@customer.example'),
    send('bounce-later@customer.example'),
  ])
  await becomes(taken, 'delivered')
  await becomes(refused, 'refused')
  await becomes(waits, 'delivered')
  await becomes(returned, 'bounced')
})

test('ready, and its metrics count what happened', async () => {
  const ready = await fetch(`${fairlead.url}/health/ready`)
  expect(await ready.json()).toMatchObject({ isReady: true, worker: true })
  const metrics = await (await fetch(`${fairlead.url}/metrics`)).text()
  expect(metrics).toMatch(/fairlead_tries_total\{outcome="refused"\} 1/)
})

test('what happens is told live by another process, and the sandbox inbox shows what arrived', async () => {
  const second = await startFairlead({ config: config(), log, roles: ['http'] })
  const stream = await openStream({ url: second.url ?? '', key })
  expect((await stream.next())?.data).toEqual({ type: 'ready' })
  const id = await send('autoreply@customer.example')
  const told = []
  while (told.at(-1) !== 'autoReplied') {
    const { kind, emailId } = (await stream.next())?.data ?? {}
    if (emailId === id) told.push(kind)
  }
  expect(told).toEqual(['released', 'delivered', 'autoReplied'])
  await second.stop()
  expect(await stream.next()).toBeNull()
  const inbox = (await call('GET', '/api/v1/sandbox/messages')) as {
    messages: { id: string; emailId: string; threadId: string }[]
  }
  const message = inbox.messages.find(one => one.emailId === id)
  expect(message).toMatchObject({
    from: { name: 'Ann', address: 'ann@acme.example' },
    recipients: ['autoreply@customer.example'],
  })
  expect(await call('GET', `/api/v1/sandbox/messages/${message?.id}`)).toMatchObject({
    text: expect.stringMatching(/^Hi\s*$/),
  })
  expect(await call('GET', `/api/v1/threads/${message?.threadId}`)).toMatchObject({
    emails: [{ id, body: { text: expect.stringMatching(/^Hi\s*$/) } }],
    inbound: [{ kind: 'auto-reply', from: { address: 'autoreply@customer.example' } }],
  })
  const { recipients } = (await call('GET', '/api/v1/sandbox/behaviours')) as { recipients: object[] }
  expect(recipients.length).toBeGreaterThan(10)
})

test('a second process joins the database and the simulator, and leaves them when it ends', async () => {
  const second = await startFairlead({ config: config(), log, roles: ['http'] })
  expect(second.simulator).toBe(fairlead.simulator)
  expect(second.inboundPort).toBeNull()
  await second.stop()
  await becomes(await send('after@customer.example'), 'delivered')
})
