import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type {
  ConversationRow,
  Delivery,
  Draft,
  Identity,
  Link,
  RecipientView,
  SandboxMessage,
  Scheduled,
  ShownCheck,
  WhoAmI,
} from '@fairlead/contract'
import { expect, onTestFinished, test } from 'vitest'
import { ApiClient } from './testing/api-client.ts'
import { cookieOf, keyOf, post } from './testing/sign-in-by-api.ts'
import { startFairleadProcess } from './testing/start-fairlead.ts'

/** Everything that the browser tests do with the mouse, done by a program with the documented API and nothing else. */
test('from an empty installation to a corrected bounce, a second member and a schedule, without a browser', async () => {
  const url = await startEmpty()
  const { api, who } = await setUp(url)
  expect(who).toMatchObject({ signedInBy: 'api-key', mode: 'sandbox', member: { role: 'admin' } })
  const { links } = await api.call<{ links: Link[] }>('GET', '/links')
  expect(links.map(({ kind, state }) => [kind, state])).toEqual([['managed', 'ready']])
  await api.call('GET', '/channel-kinds')
  await identityWithSignature(api)

  const id = await writeAndSend(api)
  const sent = await api.until(id, all => all.length === 2 && all.every(({ settledAt }) => settledAt))
  expect(sent.deliveries.map(({ state }) => state).toSorted()).toEqual(['delivered', 'refused'])
  const [bounced] = await rowsOf(api, 'bounced')
  expect(bounced).toMatchObject({ subject: 'Before the audit', reason: { code: 'recipient.unknown' } })
  await correctAddress(api, bounced)
  await readAsRecipient(api)
  await archiveAndBack(api, id)
  await scheduleEditAndCancel(api)
  await secondMember(api, url)
})

async function startEmpty(): Promise<string> {
  const data = await mkdtemp(join(tmpdir(), 'fairlead-e2e-'))
  // As root, the database's own user has to pass through.
  await chmod(data, 0o711)
  const env = { FAIRLEAD_DATA: data, FAIRLEAD_PORT: '0', FAIRLEAD_INBOUND_PORT: '0' }
  const fairlead = await startFairleadProcess({ env })
  onTestFinished(async () => {
    await fairlead.stop()
    await rm(data, { recursive: true, force: true })
  })
  return /"url":"([^"]+)"/.exec(fairlead.output())?.[1] ?? ''
}

/** The first visitor makes the workspace; an API key of theirs does the rest. */
async function setUp(url: string): Promise<{ api: ApiClient; who: WhoAmI }> {
  const account = {
    ...{ workspaceName: 'Brightwater', name: 'Ines Calder' },
    ...{ address: 'ines@brightwater.example', password: 'a long password' },
  }
  const made = await post(url, '/setup', account)
  const key = await keyOf(url, cookieOf(made))
  const api = new ApiClient(url, key)
  return { api, who: await api.call<WhoAmI>('GET', '/me') }
}

async function identityWithSignature(api: ApiClient): Promise<void> {
  const { identities } = await api.call<{ identities: Identity[] }>('GET', '/identities')
  const own = identities[0]
  expect(own).toMatchObject({ isDefault: true, verifiedBy: 'vouched' })
  const signed = await api.call<Identity>('PATCH', `/identities/${own?.id}`, {
    body: { signatureHtml: '<p>Ines, <b>Brightwater</b><script>alert(1)</script></p>' },
  })
  expect(signed.signatureHtml).toBe('<p>Ines, <b>Brightwater</b></p>')
}

/** Writes a draft, attaches a file, has it checked and shown, and sends it; its id. */
async function writeAndSend(api: ApiClient): Promise<string> {
  const typed = {
    to: ['Marta Lindh <marta@northwind.example>', 'missing@northwind.example'],
    ...{ subject: 'Before the audit', html: '<p>Hi Marta,</p>' },
  }
  const draft = await api.call<Draft>('POST', '/drafts', { body: typed })
  await attach(api, draft.id)
  const { version } = await api.call<Draft>('GET', `/drafts/${draft.id}`)
  const seen = await api.call<RecipientView>('GET', `/drafts/${draft.id}/preview`)
  expect(seen.gmail.value).toMatchObject({ address: 'ines@brightwater.example', via: 'mail.fairlead.test' })
  const check = await api.call<ShownCheck>('POST', `/drafts/${draft.id}/check`)
  expect(check).toMatchObject({ isSendable: true })
  const sent = await api.call<Scheduled>('POST', `/drafts/${draft.id}/send`, { body: { version } })
  expect(sent.state).toBe('scheduled')
  // Undo and send at once: what the toast's button does, and the one of a scheduled email.
  const again = await api.call<Draft>('POST', `/emails/${draft.id}/undo`)
  await api.call('POST', `/drafts/${draft.id}/send`, { body: { version: again.version } })
  await api.call('POST', `/emails/${draft.id}/send-now`)
  return draft.id
}

async function attach(api: ApiClient, id: string): Promise<void> {
  const path = `/drafts/${id}/attachments?filename=log.txt&contentType=text%2Fplain`
  const kept = await api.upload<{ id: string }>(path, Buffer.from('every 60 seconds'))
  expect(await api.call('GET', `/drafts/${id}/attachments`)).toMatchObject({ attachments: [{ id: kept.id }] })
}

const rowsOf = async (api: ApiClient, folder: string): Promise<ConversationRow[]> =>
  (await api.call<{ rows: ConversationRow[] }>('GET', `/conversations?folder=${folder}`)).rows

async function correctAddress(api: ApiClient, row: ConversationRow | undefined): Promise<void> {
  const body = { correctedAddress: 'mats@northwind.example' }
  const made = await api.call<Delivery>('POST', `/deliveries/${row?.deliveryId}/retry`, { body })
  await api.until(row?.emailId ?? '', all =>
    all.some(({ id, state }) => id === made.id && state === 'delivered'),
  )
}

/** The sandbox inbox, as the page of the same name shows it. */
async function readAsRecipient(api: ApiClient): Promise<void> {
  const { messages } = await api.call<{ messages: SandboxMessage[] }>('GET', '/sandbox/messages')
  const got = messages.find(({ recipients }) => recipients.includes('marta@northwind.example'))
  expect(got).toMatchObject({ subject: 'Before the audit', via: 'mail.fairlead.test' })
  const whole = await api.call<{ html: string; attachments: unknown[] }>(
    'GET',
    `/sandbox/messages/${got?.id}`,
  )
  expect(whole.html).toContain('<b>Brightwater</b>')
  expect(whole.attachments).toMatchObject([{ filename: 'log.txt' }])
}

async function archiveAndBack(api: ApiClient, id: string): Promise<void> {
  const body = { ids: [id] }
  await api.call('POST', '/conversations/archive', { body })
  expect((await rowsOf(api, 'archived')).map(({ emailId }) => emailId)).toContain(id)
  await api.call('POST', '/conversations/unarchive', { body })
  await api.call('POST', '/conversations/delete', { body })
  expect((await rowsOf(api, 'delivered')).map(({ emailId }) => emailId)).not.toContain(id)
  await api.call('POST', '/conversations/restore', { body })
  const found = await api.call<{ rows: ConversationRow[] }>('GET', '/conversations?q=audit')
  expect(found.rows.map(({ emailId }) => emailId)).toContain(id)
}

async function scheduleEditAndCancel(api: ApiClient): Promise<void> {
  const body = { to: ['hugo@northwind.example'], subject: 'Later', html: '<p>Hi</p>' }
  const draft = await api.call<Draft>('POST', '/drafts', { body })
  const later = { version: draft.version, wall: '2027-03-28T02:30', zone: 'Europe/Amsterdam' }
  const scheduled = await api.call<Scheduled>('POST', `/drafts/${draft.id}/send`, { body: later })
  expect(scheduled).toMatchObject({ isMoved: true, sendAt: '2027-03-28T01:30:00.000Z' })
  expect((await rowsOf(api, 'scheduled')).map(({ subject }) => subject)).toEqual(['Later'])
  await api.call('POST', `/emails/${draft.id}/edit`)
  expect((await rowsOf(api, 'drafts')).map(({ subject }) => subject)).toEqual(['Later'])
}

/** Invited by mail, which arrives in the sandbox; sees nothing of the first member's. */
async function secondMember(api: ApiClient, url: string): Promise<void> {
  await api.call('POST', '/invitations', { body: { address: 'tom@brightwater.example' } })
  const token = await mailedToken(api)
  const joined = await post(url, `/invitation-links/${token}/accept`, {
    ...{ name: 'Tom Reyes', password: 'another long password' },
  })
  const tom = new ApiClient(url, await keyOf(url, cookieOf(joined)))
  expect(await tom.call('GET', '/conversations')).toMatchObject({ rows: [] })
  await expect(tom.call('GET', '/invitations')).rejects.toThrow('403')
}

async function mailedToken(api: ApiClient): Promise<string> {
  let token = ''
  const look = async () => {
    const { messages } = await api.call<{ messages: SandboxMessage[] }>('GET', '/sandbox/messages')
    const mail = messages.find(({ recipients }) => recipients.includes('tom@brightwater.example'))
    if (mail === undefined) return ''
    const { text } = await api.call<{ text: string }>('GET', `/sandbox/messages/${mail.id}`)
    token = /\/invitation\/([\w.-]+)/.exec(text)?.[1] ?? ''
    return token
  }
  await expect.poll(look).not.toBe('')
  return token
}
