import { describe, expect, test } from 'vitest'
import { readEnvelopeId } from '../../mail/envelope-id.ts'
import type { Address } from '../../mail/message.ts'
import { newId } from '../../platform/ids.ts'
import { has } from '../../testing/needs.ts'
import { startPostfix } from '../../testing/start-postfix.ts'
import { addressGuard } from '../../transports/address-guard.ts'
import { createDnsClient } from '../../transports/dns/client.ts'
import { a, startNameServer } from '../../transports/testing/name-server.ts'
import { startScriptedServer } from '../../transports/testing/scripted-server.ts'
import { sendOne } from '../testing/send-one.ts'
import { createManagedChannel } from './channel.ts'

describe.runIf(has('postfix'))('a mailbox that bounces later', () => {
  test('is delivered first; then Postfix sends a DSN to the return path, with our envelope id in it', async () => {
    const to = 'later@later.test' as Address
    const arrived = Promise.withResolvers<void>()
    const home = await startScriptedServer({
      end: socket => {
        socket.write('250 2.0.0 Ok\r\n')
        arrived.resolve()
      },
    })
    const postfix = await startPostfix({
      domains: ['later.test'],
      bouncesLater: [to],
      returnsTo: { address: '127.0.0.1', port: home.port },
    })
    const names = await startNameServer({ 'A later.test': [a('later.test', postfix.address)] })
    const channel = createManagedChannel({
      dns: createDnsClient({ servers: [names.address] }),
      guard: addressGuard({ allow: ['127.0.0.0/8'] }),
      mxPort: postfix.port,
      ehloName: 'out.sender.test',
    })
    const link = { id: newId('link'), settings: {}, withSecret: () => Promise.reject(new Error('no secret')) }
    try {
      expect((await sendOne(channel, link, to)).outcome).toMatchObject({ is: 'accepted', finalHop: true })
      await arrived.promise
      expect(home.commands).toContainEqual(expect.stringMatching(/^MAIL FROM:<>/))
      expect(home.commands).toContainEqual(expect.stringMatching(/^RCPT TO:<b-one@bounce\.sender\.test>/))
      const [dsn = ''] = home.messages
      expect(dsn).toContain('Original-Recipient: rfc822;later@later.test')
      expect(dsn).toMatch(/^Status: 5\.1\.1\r$/m)
      const envelopeId = /^Original-Envelope-Id: (.*)\r$/m.exec(dsn)?.[1] ?? ''
      expect(readEnvelopeId(envelopeId)).toMatchObject({ round: 1 })
      // RET=HDRS: the returned part holds headers, and with them our own reference, but no content.
      expect(dsn).toContain('Content-Type: text/rfc822-headers')
    } finally {
      await channel.close?.()
      await names.close()
      await postfix.stop()
      await home.close()
    }
  })
})
