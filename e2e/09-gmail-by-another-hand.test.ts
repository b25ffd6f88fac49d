import { createEmulator, type Emulator } from 'emulate'
import PostalMime from 'postal-mime'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AccountSettings } from '../apps/server/src/channels/account-settings.ts'
import type { ChannelLink, DeliveryChannel } from '../apps/server/src/channels/channel.ts'
import { createGmailChannel } from '../apps/server/src/channels/gmail/channel.ts'
import { gmailApi } from '../apps/server/src/channels/gmail/gmail-api.ts'
import { readGrant, redeemCode, writeGrant } from '../apps/server/src/channels/oauth-grant.ts'
import { lookUp, sendMail } from '../apps/server/src/channels/testing/account-mail.ts'
import { accountChannels } from '../apps/server/src/main/provider-places.ts'
import { readConfig } from '../apps/server/src/platform/config.ts'
import { newId } from '../apps/server/src/platform/ids.ts'
import { freePort } from '../apps/server/src/testing/start-program.ts'
import { newProofKey } from '../apps/server/src/transports/rest/oauth.ts'

/**
 * Our Gmail channel against a Google that nobody here wrote: `emulate`.
 *
 * Cases: a code is redeemed with its proof key, with no other, and once; refresh and revocation; a client that is known or
 * not; a draft, its sending, the label SENT and no draft left; the message read back as it was written; threads; a draft
 * left behind, and its next try; history, by id and label; a mail that arrives, seen once and read whole.
 *
 * Not here, because emulate 0.12.2 has it not: it enforces no scopes, takes any bearer token, has no limits and no failures,
 * and answers 200 to a history that is too old. users.getProfile and settings.sendAs are missing, which connecting an
 * account asks for; a draft that is uploaded as multipart/related is taken with its wrapping; format=metadata knows the
 * usual header fields alone. Those run against the simulator: channels/account-*.test.ts and e2e/07.
 */
const account = 'ann@acme.example'
const redirectUri = 'https://fairlead.test/oauth/callback/google'
const client = { id: 'client', secret: 'secret of the client', tenant: null }
const soon = () => AbortSignal.timeout(10_000)

let google: Emulator
let gmail: ReturnType<typeof accountChannels>['gmail']
let channel: DeliveryChannel<AccountSettings>
let link: ChannelLink<AccountSettings> & { readonly access: () => string }

beforeAll(async () => {
  google = await createEmulator({
    ...{ service: 'google', port: await freePort() },
    seed: {
      google: {
        users: [{ email: account, name: 'Ann Lee' }],
        oauth_clients: [
          {
            client_id: client.id,
            client_secret: client.secret,
            name: 'Fairlead',
            redirect_uris: [redirectUri],
          },
        ],
      },
    },
  })
  const config = readConfig({
    // Its token and revocation endpoints stand below /oauth2; only the page for people stands elsewhere.
    ...{ FAIRLEAD_GOOGLE_OAUTH_URL: `${google.url}/oauth2`, FAIRLEAD_GOOGLE_API_URL: google.url },
    FAIRLEAD_ALLOW_PRIVATE_HOSTS: '127.0.0.0/8,::1/128',
  })
  gmail = accountChannels(config, null).gmail
  if (!gmail) throw new Error('no Gmail here')
  channel = createGmailChannel(gmail)
  link = await connected()
})
afterAll(async () => {
  await channel?.close?.()
  await google?.close()
})

/** Consents as Ann does, at the page that the channel leads to; the code that it leads back with. */
async function consent(challenge: string): Promise<string> {
  const asked = new URL(channel.oauth?.authorizationUrl({ client, redirectUri, state: 's', challenge }) ?? '')
  const page = await fetch(`${google.url}/o/oauth2/v2/auth${asked.search}`)
  expect(await page.text()).toContain(account)
  const form = new URLSearchParams({
    email: account,
    redirect_uri: redirectUri,
    state: 's',
    client_id: client.id,
  })
  for (const name of ['scope', 'code_challenge', 'code_challenge_method'])
    form.set(name, asked.searchParams.get(name) ?? '')
  const back = await fetch(`${google.url}/o/oauth2/v2/auth/callback`, {
    ...{ method: 'POST', body: form, redirect: 'manual' },
  })
  const leadsTo = new URL(back.headers.get('location') ?? '')
  expect([leadsTo.origin + leadsTo.pathname, leadsTo.searchParams.get('state')]).toEqual([redirectUri, 's'])
  return leadsTo.searchParams.get('code') ?? ''
}

const redeem = (code: string, verifier: string) => {
  if (!gmail) throw new Error('no Gmail here')
  return redeemCode(gmail.rest, gmail.places.oauth, { client, code, redirectUri, verifier }, soon())
}

async function connected(): Promise<typeof link> {
  const { verifier, challenge } = newProofKey()
  const answer = await redeem(await consent(challenge), verifier)
  if (answer.is !== 'tokens') throw new Error(JSON.stringify(answer))
  const { accessToken: access, refreshToken: refresh = '' } = answer.tokens
  const secret = writeGrant({ client, access, refresh })
  const settings: AccountSettings = {
    ...{ address: account, name: 'Ann Lee', isFree: false, isSimulated: false, grantEndsAt: null },
    addresses: [{ address: account, name: 'Ann Lee', kind: 'account', isConfirmed: true }],
  }
  return {
    ...{ id: newId('link'), settings, access: () => access },
    async withSecret(use) {
      const used = await use(secret)
      if (used === 'expired') throw new Error('expired')
      return used
    },
  }
}

/** As anybody else's program would ask. */
async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  const answer = await fetch(`${google.url}/gmail/v1/users/me${path}`, {
    ...init,
    headers: { authorization: `Bearer ${link.access()}`, 'content-type': 'application/json' },
  })
  expect(answer.ok, `${path}: ${answer.status}`).toBe(true)
  return (await answer.json()) as T
}
interface Message {
  readonly id: string
  readonly threadId: string
  readonly labelIds: readonly string[]
  readonly raw: string
}
const rawOf = async (id: string) =>
  PostalMime.parse(Buffer.from((await ask<Message>(`/messages/${id}?format=raw`)).raw, 'base64url'))

describe('consent', () => {
  test('a code is redeemed with its proof key, and with no other', async () => {
    const { challenge } = newProofKey()
    expect(await redeem(await consent(challenge), newProofKey().verifier)).toMatchObject({
      ...{ is: 'refused', error: 'invalid_grant' },
    })
  })

  test('a code is redeemed once', async () => {
    const { verifier, challenge } = newProofKey()
    const code = await consent(challenge)
    expect((await redeem(code, verifier)).is).toBe('tokens')
    expect(await redeem(code, verifier)).toMatchObject({ is: 'refused', error: 'invalid_grant' })
  })

  test('a refresh gives another access token, and keeps the refresh token; a revoked one gives none', async () => {
    const { verifier, challenge } = newProofKey()
    const answer = await redeem(await consent(challenge), verifier)
    if (answer.is !== 'tokens') throw new Error('no tokens')
    const { accessToken: access, refreshToken: refresh = '' } = answer.tokens
    const secret = writeGrant({ client, access, refresh })
    const renewed = await channel.renew?.(link.settings, secret, soon())
    if (!renewed || !('secret' in renewed)) throw new Error(JSON.stringify(renewed))
    expect(readGrant(renewed.secret)).toMatchObject({ refresh, client })
    expect(readGrant(renewed.secret).access).not.toBe(access)
    expect(await channel.revoke?.(link.settings, secret, soon())).toBe(true)
    expect(await channel.renew?.(link.settings, secret, soon())).toMatchObject({
      broken: { code: 'link.login', params: { cause: 'revoked' } },
    })
  })

  test('a client that is not known is told, one that is known too', async () => {
    const check = (secret: string) => channel.oauth?.checkClient({ ...client, secret }, redirectUri, soon())
    expect(await check(client.secret)).toEqual({ is: 'known' })
    expect(await check('mistyped')).toMatchObject({ is: 'refused' })
  })
})

describe('sending', () => {
  test('a draft is made and sent: one message with the label SENT, no draft left, as it was written', async () => {
    const sent = await sendMail(channel, link, {
      ...{ to: ['bob@elsewhere.example', 'cy@elsewhere.example'], cc: ['di@elsewhere.example'] },
      bcc: ['ed@elsewhere.example'],
    })
    expect(sent.outcomes).toEqual(Array(4).fill({ is: 'accepted', finalHop: false }))
    expect([sent.marks, sent.kept.length]).toEqual([1, 1])
    const { drafts = [] } = await ask<{ drafts?: unknown[] }>('/drafts')
    expect(drafts).toEqual([])
    const id = sent.receipt?.providerId ?? ''
    const message = await ask<Message>(`/messages/${id}?format=minimal`)
    expect(message).toMatchObject({ id, threadId: sent.receipt?.threadId })
    expect(message.labelIds).toContain('SENT')
    expect(message.labelIds).not.toContain('DRAFT')
    const mail = await rawOf(id)
    expect(mail.messageId).toBe(`<${sent.receipt?.messageId}>`)
    expect(mail.to?.map(one => one.address)).toEqual(['bob@elsewhere.example', 'cy@elsewhere.example'])
    expect([mail.cc?.[0]?.address, mail.from?.address]).toEqual(['di@elsewhere.example', account])
    expect([mail.subject, mail.html?.trim()]).toEqual(['Hello', expect.stringContaining('<p>Hello</p>')])
  })

  test('a follow-up lies in the thread of the first message, another email does not', async () => {
    const root = await sendMail(channel, link)
    const thread = root.receipt ?? {}
    const inReplyTo = root.receipt?.messageId ?? ''
    const next = await sendMail(channel, link, { thread, inReplyTo })
    expect(next.receipt?.threadId).toBe(root.receipt?.threadId)
    const { messages } = await ask<{ messages: Message[] }>(`/threads/${root.receipt?.threadId}`)
    expect(messages.map(({ id }) => id)).toEqual([root.receipt?.providerId, next.receipt?.providerId])
    expect((await sendMail(channel, link)).receipt?.threadId).not.toBe(root.receipt?.threadId)
  })
})

describe('after a lost answer', () => {
  const stop = () => Promise.reject(new Error('the lease is lost'))

  test('the draft that still lies there says that nothing left, and the next try sends it', async () => {
    const first = await sendMail(channel, link, { mark: stop })
    expect(await lookUp(channel, link, first)).toBe('not-sent')
    const { messageId } = first
    const leftBehind = first.kept.at(-1) ?? {}
    const again = await sendMail(channel, link, { messageId, leftBehind })
    expect(again.outcome).toMatchObject({ is: 'accepted' })
    expect((await ask<{ drafts?: unknown[] }>('/drafts')).drafts ?? []).toEqual([])
  })

  test('the history tells of the message that a draft became, by its id and the label SENT', async () => {
    const sent = await sendMail(channel, link)
    const [, , historyId = ''] = (sent.kept.at(-1)?.marker ?? '').split(' ')
    if (!gmail) throw new Error('no Gmail here')
    const read = await gmailApi(gmail.rest, gmail.places, link.access(), soon()).history(historyId)
    if (read.is === 'trouble') throw new Error('no history')
    const changes = read.value.history.flatMap(({ messagesAdded, labelsAdded }) => [
      ...messagesAdded,
      ...labelsAdded,
    ])
    const ours = changes.filter(({ message }) => message.id === sent.receipt?.providerId)
    expect(ours.some(({ message }) => message.labelIds.includes('SENT'))).toBe(true)
    // A field of ours stands in the raw message alone here, so that nobody can say whose it is: then nothing is claimed.
    expect(await lookUp(channel, link, sent)).toBe('cannot-tell')
    expect((await rawOf(sent.receipt?.providerId ?? '')).headers.map(({ key }) => key)).toContain(
      'x-fairlead-handoff',
    )
  })
})

test('the mailbox: what arrives is seen once, with its header, and read as it came', async () => {
  const sent = await sendMail(channel, link)
  const { historyId } = await ask<{ historyId: string }>(
    `/messages/${sent.receipt?.providerId}?format=minimal`,
  )
  const start = JSON.stringify({ history: historyId, seenAt: Date.now() })
  await sendMail(channel, link)
  const raw = [
    ...[
      'From: Bob <bob@elsewhere.example>',
      `To: ${account}`,
      'Subject: Re: Hello',
      'Message-ID: <r1@elsewhere.example>',
    ],
    ...[`In-Reply-To: <${sent.receipt?.messageId}>`, '', 'Thanks'],
  ].join('\r\n')
  const body = JSON.stringify({ raw: Buffer.from(raw).toString('base64url'), labelIds: ['INBOX', 'UNREAD'] })
  const { id } = await ask<Message>('/messages/import', { method: 'POST', body })
  const observed = await channel.observe?.(link, start, soon())
  if (!observed || 'failed' in observed) throw new Error(JSON.stringify(observed))
  expect(observed.seen.map(one => one.dedupeKey)).toEqual([id])
  expect(Buffer.from(observed.seen[0]?.head ?? []).toString()).toContain(
    `In-Reply-To: <${sent.receipt?.messageId}>`,
  )
  expect(Buffer.from((await observed.seen[0]?.read(soon())) ?? []).toString()).toBe(raw)
  const next = await channel.observe?.(link, observed.next, soon())
  expect(next).toMatchObject({ seen: [], isMore: false })
})
