import { describe, expect, test } from 'vitest'
import type { Address } from '../../mail/message.ts'
import { newId } from '../../platform/ids.ts'
import { has } from '../../testing/needs.ts'
import { startSmtpSink } from '../../testing/start-smtp-sink.ts'
import { addressGuard } from '../../transports/address-guard.ts'
import { createDnsClient } from '../../transports/dns/client.ts'
import { a, startNameServer } from '../../transports/testing/name-server.ts'
import { sendOne } from '../testing/send-one.ts'
import { createManagedChannel } from './channel.ts'

/** smtp-sink's own ways to fail: a server that nobody here wrote, broken at each command. */
describe.runIf(has('smtp-sink'))('smtp-sink', () => {
  test.each<[string, string[], object, number]>([
    ['well', [], { is: 'accepted', finalHop: true }, 1],
    ['without pipelining', ['-p'], { is: 'accepted' }, 1],
    ['with HELO only', ['-e'], { is: 'accepted' }, 1],
    ['putting off MAIL', ['-r', 'MAIL'], { is: 'deferred', reason: { replyCode: 450 } }, 0],
    ['putting off RCPT', ['-r', 'RCPT'], { is: 'deferred', reason: { replyCode: 450 } }, 0],
    ['putting off DATA', ['-r', 'DATA'], { is: 'deferred', reason: { replyCode: 450 } }, 0],
    ['putting off the message', ['-r', '.'], { is: 'deferred', reason: { replyCode: 450 } }, 1],
    ['refusing MAIL', ['-f', 'MAIL'], { is: 'refused', reason: { replyCode: 500 } }, 0],
    ['refusing RCPT', ['-f', 'RCPT'], { is: 'refused', reason: { replyCode: 500 } }, 0],
    ['refusing DATA', ['-f', 'DATA'], { is: 'refused', reason: { replyCode: 500 } }, 0],
    ['refusing the message', ['-f', '.'], { is: 'refused', reason: { replyCode: 500 } }, 1],
    ['refusing us', ['-f', 'CONNECT'], { is: 'refused', reason: { replyCode: 500 } }, 0],
    ['hanging up at once', ['-q', 'CONNECT'], { is: 'deferred', reason: { code: 'transport.network' } }, 0],
    ['hanging up at EHLO', ['-q', 'EHLO'], { is: 'deferred', reason: { code: 'transport.network' } }, 0],
    ['hanging up at MAIL', ['-q', 'MAIL'], { is: 'deferred', reason: { code: 'transport.network' } }, 0],
    ['hanging up at RCPT', ['-q', 'RCPT'], { is: 'deferred', reason: { code: 'transport.network' } }, 0],
    ['hanging up at DATA', ['-q', 'DATA'], { is: 'deferred', reason: { code: 'transport.network' } }, 0],
    ['hanging up after the message', ['-q', '.'], { is: 'uncertain', reason: { code: 'uncertain.cut' } }, 1],
    ['421 at MAIL', ['-Q', 'MAIL'], { is: 'deferred', laneWide: true, reason: { replyCode: 421 } }, 0],
    ['421 at RCPT', ['-Q', 'RCPT'], { is: 'deferred', laneWide: true, reason: { replyCode: 421 } }, 0],
    ['421 after the message', ['-Q', '.'], { is: 'deferred', laneWide: true, reason: { replyCode: 421 } }, 1],
  ])('%s', async (_how, options, outcome, marks) => {
    const sink = await startSmtpSink(options)
    const names = await startNameServer({ 'A sink.test': [a('sink.test', sink.address)] })
    const channel = createManagedChannel({
      dns: createDnsClient({ servers: [names.address] }),
      guard: addressGuard({ allow: ['127.0.0.0/8'] }),
      mxPort: sink.port,
      ehloName: 'out.sender.test',
    })
    const link = { id: newId('link'), settings: {}, withSecret: () => Promise.reject(new Error('no secret')) }
    try {
      const tried = await sendOne(channel, link, 'bob@sink.test' as Address)
      expect(tried.outcome).toMatchObject(outcome)
      expect(tried.marks).toBe(marks)
    } finally {
      await channel.close?.()
      await names.close()
      await sink.stop()
    }
  })
})
