import { once } from 'node:events'
import { SMTPServer, type SMTPServerAddress } from 'smtp-server'
import { describe, expect, test } from 'vitest'
import type { Address } from '../../mail/message.ts'
import { type LinkId, newId } from '../../platform/ids.ts'
import { has } from '../../testing/needs.ts'
import { startBind } from '../../testing/start-bind.ts'
import { startPostfix } from '../../testing/start-postfix.ts'
import { ownLoopbackAddress } from '../../testing/start-program.ts'
import { addressGuard } from '../../transports/address-guard.ts'
import { createDnsClient } from '../../transports/dns/client.ts'
import { a, mx, startNameServer } from '../../transports/testing/name-server.ts'
import { startCuttingProxy } from '../../transports/testing/scripted-server.ts'
import type { ChannelLink } from '../channel.ts'
import { type ConformanceSubject, describeChannel } from '../testing/conformance.ts'
import { sendOne } from '../testing/send-one.ts'
import { createManagedChannel } from './channel.ts'

const link: ChannelLink<unknown> = {
  id: newId('link') as LinkId,
  settings: {},
  withSecret: () => Promise.reject(new Error('managed servers have no secret')),
}
const domain = 'rcpt.test'
const provoking = {
  refused: `missing@${domain}` as Address,
  deferred: `greylist@${domain}` as Address,
  rateLimited: `limited@${domain}` as Address,
  cutBeforeEnd: 'user@cut-before.test' as Address,
  cutAfterEnd: 'user@cut-after.test' as Address,
}
const answers: Record<string, string> = {
  [provoking.refused]: '550 5.1.1 no such user here',
  [provoking.deferred]: '450 4.2.0 Greylisted, see you later',
  [provoking.rateLimited]: '421 4.7.0 Too many connections from you',
}
const port = 2525

/** Proxies that hang up: one when the message is on its way, one when the answer to it is. */
async function startCuts(target: { address: string; port: number }) {
  const before = { address: ownLoopbackAddress(), port }
  const after = { address: ownLoopbackAddress(), port }
  const beforeProxy = await startCuttingProxy(target, before)
  beforeProxy.cutWhen((_client, server) => /^354/m.test(server))
  const afterProxy = await startCuttingProxy(target, after)
  afterProxy.cutWhen(
    (client, server) =>
      client.includes('\r\n.\r\n') &&
      /^250 .*\b(?:queued|accepted|OK)/im.test(server.split(/^354.*$/m)[1] ?? ''),
  )
  return { before, after, stop: () => Promise.all([beforeProxy.close(), afterProxy.close()]) }
}

function channelFor(dnsServer: string) {
  return createManagedChannel({
    dns: createDnsClient({ servers: [dnsServer], timeoutMs: 500 }),
    guard: addressGuard({ allow: ['127.0.0.0/8'] }),
    mxPort: port,
    ehloName: 'out.sender.test',
    timeouts: { connectMs: 2_000 },
  })
}

async function startWithSmtpServer(): Promise<ConformanceSubject> {
  const received = new Map<string, Buffer[]>()
  const news = new EventTarget()
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    onRcptTo({ address }: SMTPServerAddress, _session, done) {
      const answer = answers[address]
      if (!answer) return done()
      done(Object.assign(new Error(answer.slice(4)), { responseCode: Number(answer.slice(0, 3)) }))
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      const to = session.envelope.rcptTo.map(({ address }) => address)
      stream.on('data', chunk => chunks.push(chunk))
      stream.on('end', () => {
        for (const address of to)
          received.set(address, [...(received.get(address) ?? []), Buffer.concat(chunks)])
        done(null, 'queued as TEST1')
        news.dispatchEvent(new Event('mail'))
      })
    },
  })
  const address = ownLoopbackAddress()
  server.listen(port, address)
  await once(server.server, 'listening')
  const cuts = await startCuts({ address, port })
  const names = await startNameServer({
    'MX rcpt.test': [mx('rcpt.test', 10, 'mx.rcpt.test')],
    'A mx.rcpt.test': [a('mx.rcpt.test', address)],
    'A cut-before.test': [a('cut-before.test', cuts.before.address)],
    'A cut-after.test': [a('cut-after.test', cuts.after.address)],
  })
  return {
    channel: channelFor(names.address),
    link,
    domain,
    provoking,
    async arrived(to, count) {
      while ((received.get(to)?.length ?? 0) < count) await once(news, 'mail')
      return received.get(to) ?? []
    },
    countOf: async to => received.get(to)?.length ?? 0,
    async stop() {
      await cuts.stop()
      await names.close()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}

// smtp-server knows no quoted local parts with a space.
describeChannel('managed, to a server on npm', startWithSmtpServer, ['"two words"'])

async function startWithPostfix() {
  const postfix = await startPostfix({
    domains: [domain, 'tls.test', 'dead.test', 'implicit.test', 'cut-before.test', 'cut-after.test'],
    answers,
  })
  const cuts = await startCuts(postfix)
  const bind = await startBind({
    [domain]: ['@ MX 10 mx', `mx A ${postfix.address}`],
    'tls.test': ['@ MX 10 mx', `mx A ${postfix.tlsAddress}`],
    'dead.test': ['@ MX 10 gone', '@ MX 20 mx', `gone A ${ownLoopbackAddress()}`, `mx A ${postfix.address}`],
    'implicit.test': [`@ A ${postfix.address}`],
    'null.test': ['@ MX 0 .'],
    'empty.test': ['@ TXT "nothing here"'],
    'cut-before.test': [`@ A ${cuts.before.address}`],
    'cut-after.test': [`@ A ${cuts.after.address}`],
  })
  return { postfix, bind, cuts }
}

const isReal = has('postfix', 'bind')

describe.runIf(isReal)('with Postfix and BIND', () => {
  describeChannel('managed', async () => {
    const { postfix, bind, cuts } = await startWithPostfix()
    return {
      channel: channelFor(bind.address),
      link,
      domain,
      provoking,
      arrived: postfix.arrived,
      countOf: postfix.countOf,
      async stop() {
        await cuts.stop()
        await bind.stop()
        await postfix.stop()
      },
    }
  })

  test('routes: TLS where offered, past a dead first host, implicit MX, null MX, a name without servers', async () => {
    const { postfix, bind, cuts } = await startWithPostfix()
    const channel = channelFor(bind.address)
    try {
      const tls = await sendOne(channel, link, 'user@tls.test' as Address)
      expect(tls).toMatchObject({
        outcome: { is: 'accepted', finalHop: true },
        wire: { host: 'mx.tls.test', tls: expect.stringMatching(/^TLSv1\.3 /) },
      })
      expect((await postfix.arrived('user@tls.test', 1)).toString()).toContain('with ESMTPS')
      expect(await sendOne(channel, link, 'user@dead.test' as Address)).toMatchObject({
        outcome: { is: 'accepted' },
        wire: { host: 'mx.dead.test' },
      })
      await postfix.arrived('user@dead.test', 1)
      expect(await sendOne(channel, link, 'user@implicit.test' as Address)).toMatchObject({
        outcome: { is: 'accepted' },
        wire: { host: 'implicit.test' },
        receipt: { queueId: expect.stringMatching(/^[0-9A-Za-z]+$/) },
      })
      await postfix.arrived('user@implicit.test', 1)
      expect((await sendOne(channel, link, 'user@null.test' as Address)).outcome).toMatchObject({
        is: 'refused',
        reason: { code: 'domain.no-mail' },
      })
      expect((await sendOne(channel, link, 'user@empty.test' as Address)).outcome).toMatchObject({
        is: 'refused',
        reason: { code: 'domain.unknown' },
      })
      expect((await sendOne(channel, link, 'user@no-such.empty.test' as Address)).outcome).toMatchObject({
        is: 'refused',
        reason: { code: 'domain.unknown' },
      })
    } finally {
      await channel.close?.()
      await cuts.stop()
      await bind.stop()
      await postfix.stop()
    }
  })
})
