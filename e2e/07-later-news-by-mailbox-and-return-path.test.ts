import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ConversationRow, Delivery, Email, Link, ShownInbound } from '@fairlead/contract'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { sendMail } from '../apps/server/src/inbound/testing/smtp-client.ts'
import { has } from '../apps/server/src/testing/needs.ts'
import { freePort } from '../apps/server/src/testing/start-program.ts'
import { type CompanyServer, failuresOf, startCompanyServer } from './testing/company-server.ts'
import { type LiveWorld, openLiveWorld } from './testing/live-world.ts'

const owner = 'ines@brightwater.test'
const soon = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 60_000, interval: 250 })

describe.runIf(has('postfix', 'dovecot', 'bind'))('news that comes later over a company’s own server', () => {
  let company: CompanyServer
  let world: LiveWorld
  let folder: string
  /** The channel that reads the owner’s mailbox. */
  let byMailbox: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fairlead-e2e-'))
    const inboundPort = await freePort()
    company = await startCompanyServer({ password: 'a-password', postfix: returningLater(inboundPort) })
    const authority = join(folder, 'authority.pem')
    await writeFile(authority, company.authority)
    // The company’s authority is known to these machines, as its admins see to.
    const shared = { NODE_EXTRA_CA_CERTS: authority, FAIRLEAD_INBOUND_PORT: String(inboundPort) }
    world = await openLiveWorld({ zones: company.zones })
    await world.start({ roles: ['http'], env: shared })
    await world.start({ roles: ['inbound', 'worker'], env: { ...shared, FAIRLEAD_PORT: '0' } })
    byMailbox = await connect('Office', { imap: company.imap })
  }, 240_000)
  afterAll(async () => {
    await world?.close()
    await company?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  /** Connects the server and checks it, as its page does; the id. */
  async function connect(name: string, more: object): Promise<string> {
    const { settings, ...link } = company.link
    const body = { ...link, name, settings: { ...settings, ...more } }
    const { id } = await world.api.call<Link>('POST', '/links', { body })
    expect(await failuresOf(world.api, id)).toEqual([])
    return id
  }
  const send = (linkId: string, to: string) => world.api.send({ to: [to], linkId, subject: `To ${to}` })
  const bounceOf = async ({ id }: { readonly id: string }) => {
    const isBounced = ([one]: readonly Delivery[]) => one?.state === 'bounced'
    const { deliveries, events } = await world.api.until(id, isBounced, 60_000)
    const [delivery] = deliveries
    return {
      folder: delivery?.folder,
      code: delivery?.reason?.code,
      reply: delivery?.reason?.reply,
      by: events.filter(({ kind }) => kind === 'bounced').map(({ data }) => data.matchedBy),
    }
  }
  const listed = async () =>
    (await world.api.call<{ rows: ConversationRow[] }>('GET', '/conversations?folder=bounced')).rows
      .map(({ subject }) => subject)
      .toSorted()
  const inboundOf = async ({ threadId }: Pick<Email, 'threadId'>) =>
    (await world.api.call<{ inbound: ShownInbound[] }>('GET', `/threads/${threadId}`)).inbound
  /** Writes back as the recipient, to what they were sent. */
  async function answer(to: string, headers: readonly string[], body: string, from = to): Promise<void> {
    const [sent] = await company.postfix.arrived(to, 1)
    const messageId = /^Message-ID: (<[^>]+>)/im.exec(String(sent))?.[1] ?? 'none'
    const lines = [
      `From: Someone <${to}>`,
      `To: Ines Calder <${owner}>`,
      `Message-ID: <answer-of-${to}>`,
      `Date: ${new Date().toUTCString()}`,
      `In-Reply-To: ${messageId}`,
      `References: ${messageId}`,
      ...headers,
    ]
    const raw = `${lines.join('\r\n')}\r\n\r\n${body}\r\n`
    const { address: host, port } = company.postfix
    expect(await sendMail(port, { host, from, to: [owner], raw })).toMatch(/^250/)
  }

  test('a bounce comes home by the mailbox or by the return path, each with its reason', async () => {
    const byReturnPath = await connect('Office, bounces to Fairlead', { borrowedReturnPath: true })
    const sent = await Promise.all([
      send(byMailbox, 'gone@customer.test'),
      send(byMailbox, 'full@customer.test'),
      send(byReturnPath, 'gone-too@customer.test'),
      send(byReturnPath, 'full-too@customer.test'),
    ])
    const gone = {
      ...{ folder: 'bounced', code: 'recipient.unknown' },
      reply: expect.stringContaining('no such user in the back office'),
    }
    const full = {
      ...{ folder: 'bounced', code: 'quota.full' },
      reply: expect.stringContaining('The mailbox of this person is full'),
    }
    expect(await Promise.all(sent.map(bounceOf))).toEqual([
      { ...gone, by: ['ref'] },
      { ...full, by: ['ref'] },
      { ...gone, by: ['return-path'] },
      { ...full, by: ['return-path'] },
    ])
    expect(await listed()).toEqual([
      'To full-too@customer.test',
      'To full@customer.test',
      'To gone-too@customer.test',
      'To gone@customer.test',
    ])
  }, 180_000)

  test('a reply is in its thread, and an out-of-office is marked as one', async () => {
    const [carl, away] = await Promise.all([
      send(byMailbox, 'carl@customer.test'),
      send(byMailbox, 'away@customer.test'),
    ])
    await answer('carl@customer.test', ['Subject: Re: To carl@customer.test'], 'Let us talk on Monday.')
    // As Exchange writes it, from the null sender (RFC 3834 §3.3).
    const headers = ['Auto-Submitted: auto-generated', 'X-Auto-Response-Suppress: All']
    await answer(
      'away@customer.test',
      ['Subject: Automatic reply: To away@customer.test', ...headers],
      'I am out of the office until Monday.',
      '',
    )
    await soon(async () => expect(await inboundOf(carl)).toHaveLength(1))
    expect(await inboundOf(carl)).toMatchObject([
      {
        kind: 'reply',
        from: { address: 'carl@customer.test' },
        text: expect.stringContaining('Let us talk on Monday.'),
      },
    ])
    await soon(async () => expect(await inboundOf(away)).toHaveLength(1))
    expect(await inboundOf(away)).toMatchObject([
      { kind: 'auto-reply', subject: 'Automatic reply: To away@customer.test' },
    ])
    const kindsOf = async (id: string) => (await world.api.email(id)).events.map(({ kind }) => kind)
    expect(await kindsOf(carl.id)).toContain('replied')
    expect(await kindsOf(away.id)).toContain('autoReplied')
    expect(await kindsOf(away.id)).not.toContain('replied')
  }, 180_000)
})

/** Takes all mail, and returns later what is for these; notices for Fairlead go to its listener. */
function returningLater(inboundPort: number) {
  const gone = ['gone@customer.test', 'gone-too@customer.test'].map(to => `{ ${to} = later: }`)
  const full = ['full@customer.test', 'full-too@customer.test'].map(to => `{ ${to} = full: }`)
  return {
    mailboxes: { [owner]: 'post/' },
    returnsTo: { address: '127.0.0.1', port: inboundPort },
    settings: { transport_maps: `inline:{ ${[...gone, ...full].join(' ')} }` },
    // 69 is EX_UNAVAILABLE; the status in front of the text decides (pipe(8)).
    services: [
      'full unix - n n - - pipe user=nobody argv=/bin/sh -c {echo 5.2.2 The mailbox of this person is full; exit 69}',
    ],
  }
}
