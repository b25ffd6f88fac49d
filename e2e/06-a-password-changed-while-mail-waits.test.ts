import type { Link, LiveNews } from '@fairlead/contract'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { has } from '../apps/server/src/testing/needs.ts'
import { type CompanyServer, companyUser, failuresOf, startCompanyServer } from './testing/company-server.ts'
import { copiesIn } from './testing/copies-in.ts'
import { type LiveWorld, openLiveWorld } from './testing/live-world.ts'
import type { FairleadProcess } from './testing/start-fairlead.ts'

const people = Array.from({ length: 200 }, (_, at) => `p${at}@customer.test`)
const owner = 'ines@brightwater.test'
const newPassword = 'a-later-password'

const soon = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 90_000, interval: 250 })

describe.runIf(has('postfix', 'dovecot', 'bind'))('a password that was changed while mail waits', () => {
  let company: CompanyServer
  let world: LiveWorld
  let worker: FairleadProcess

  beforeAll(async () => {
    company = await startCompanyServer({ password: 'the-first-password' })
    world = await openLiveWorld({ zones: company.zones })
    await world.start({ roles: ['http'] })
    // Only the process with the role http answers at the port of the web app.
    await world.start({ roles: ['inbound'], env: { FAIRLEAD_PORT: '0' } })
    worker = await startWorker()
  }, 240_000)
  afterAll(async () => {
    await world?.close()
    await company?.stop()
  })

  const startWorker = () => world.start({ roles: ['worker'], env: { FAIRLEAD_PORT: '0' } })
  const linkNow = (id: string) => world.api.call<Link>('GET', `/links/${id}`)
  const connect = async () => {
    const { id } = await world.api.call<Link>('POST', '/links', { body: company.link })
    const pace = {
      ...{ batch: 1000, everySeconds: 1, spacingMs: 0, perMinute: null, connections: 5 },
      ...{ perDayMessages: null, perDayRecipients: null, perDayExternalRecipients: null },
    }
    await world.api.call('PUT', `/links/${id}/pace`, { body: { pace } })
    return id
  }
  const sendAll = async (addresses: readonly string[]) => {
    for (let at = 0; at < addresses.length; at += 20)
      await Promise.all(addresses.slice(at, at + 20).map(to => world.api.send({ to: [to] })))
  }
  /** How often the owner was told; the check sends them a mail too. */
  const warnings = async () =>
    (await company.postfix.arrived(owner, 0)).filter(mail =>
      mail.includes('Subject: The delivery channel Office needs attention'),
    ).length
  /** Who got how many of what was sent to everyone. */
  const received = () => {
    const copies = copiesIn(company.postfix.log())
    return people.map(to => copies.get(to) ?? 0)
  }

  test('pauses the channel at the first refusal, tells its owner, and all 200 leave once when it is mended', async () => {
    const linkId = await connect()
    await sendAll(['first@customer.test', 'second@customer.test'])
    await company.postfix.arrived('second@customer.test', 1)

    // Connections that are signed in stay so; what is new from here on has to sign in again.
    await worker.stop()
    await company.dovecot.setPassword(companyUser, newPassword)
    await sendAll(people)
    const broke = world.api.stream<LiveNews>('GET', '/live', {
      isLast: news => news.type === 'link' && news.kind === 'broke',
      signal: AbortSignal.timeout(60_000),
    })
    worker = await startWorker()
    expect((await broke).at(-1)).toMatchObject({ linkId, kind: 'broke', state: 'needs-attention' })
    // The few that were in hand come back to the others.
    await soon(async () =>
      expect(await linkNow(linkId)).toMatchObject({
        state: 'needs-attention',
        reason: { code: 'link.login', replyCode: 535 },
        health: { waiting: 200 },
      }),
    )
    const { causes } = await world.api.call<{ causes: unknown[] }>('GET', '/conversations/causes')
    expect(causes).toEqual([
      expect.objectContaining({ kind: 'link', linkId, waiting: 200, failed: 0, fix: 'mend-link' }),
    ])
    await soon(async () => expect(await warnings()).toBe(1))

    const { version } = await linkNow(linkId)
    await world.api.call('PATCH', `/links/${linkId}`, {
      body: { version, secret: { password: newPassword } },
    })
    expect(await failuresOf(world.api, linkId)).toEqual([])
    expect(await linkNow(linkId)).toMatchObject({ state: 'ready', reason: null })
    await soon(async () => expect((await linkNow(linkId)).health.waiting).toBe(0))
    await soon(() => expect(received().filter(copies => copies > 0)).toHaveLength(200))
    expect(received()).toEqual(people.map(() => 1))
    expect(await warnings()).toBe(1)
  }, 240_000)
})
