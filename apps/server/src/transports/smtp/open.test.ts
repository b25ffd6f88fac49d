import type { Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { type Script, type ScriptedServer, startScriptedServer } from '../testing/scripted-server.ts'
import { mail, quick, told } from '../testing/smtp-mail.ts'
import type { SmtpConnection } from './connection.ts'
import { deliver } from './deliver.ts'
import { openSmtp } from './open.ts'
import { SmtpError } from './reply.ts'

let server: ScriptedServer
const open: SmtpConnection[] = []
afterEach(async () => {
  for (const connection of open.splice(0)) connection.quit()
  await server.close()
})

describe('connecting', () => {
  const target = () => ({ host: 'mx.test', address: '127.0.0.1', port: server.port })
  test.each<[string, Script, string, string]>([
    ['a greeting of 4xx', { greeting: '421 4.7.0 too many connections' }, 'greeting', 'reply'],
    ['a greeting of 5xx', { greeting: '554 5.7.1 blocked' }, 'greeting', 'reply'],
    ['no greeting', { greeting: 'silence' }, 'greeting', 'timeout'],
    ['hanging up at once', { greeting: socket => socket.destroy() }, 'greeting', 'closed'],
    ['no SMTP at all', { greeting: 'SSH-2.0-OpenSSH' }, 'greeting', 'protocol'],
    ['EHLO refused', { EHLO: '550 5.7.1 go away' }, 'hello', 'reply'],
    ['STARTTLS asked for and not offered', {}, 'encrypt', 'tls'],
  ])('%s is told with its stage', async (_what, script, stage, trouble) => {
    server = await startScriptedServer(script)
    const tls = stage === 'encrypt' ? 'required' : 'opportunistic'
    const opening = openSmtp(
      target(),
      { ehloName: 'me.test', tls, timeouts: quick },
      AbortSignal.timeout(9000),
    )
    const error = await opening.catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(SmtpError)
    expect(error).toMatchObject({ stage, trouble })
  })

  test('a port where nothing listens, an aborted try', async () => {
    server = await startScriptedServer({ greeting: 'silence' })
    const options = { ehloName: 'me.test', tls: 'none' } as const
    await expect(
      openSmtp({ ...target(), port: 1 }, options, AbortSignal.timeout(9000)),
    ).rejects.toMatchObject({
      stage: 'connect',
      trouble: 'unreachable',
    })
    await expect(openSmtp(target(), options, AbortSignal.abort())).rejects.toMatchObject({
      trouble: 'aborted',
    })
    const controller = new AbortController()
    const opening = openSmtp(
      target(),
      { ...options, onStage: stage => stage === 'greeting' && controller.abort() },
      controller.signal,
    )
    await expect(opening).rejects.toMatchObject({ stage: 'greeting', trouble: 'aborted' })
  })

  test('falls back to clear text when the handshake fails, and tells text smuggled behind STARTTLS', async () => {
    const offer = { EHLO: '250-x\r\n250 STARTTLS', STARTTLS: (socket: Socket) => socket.end('220 go\r\n') }
    server = await startScriptedServer(offer)
    const connection = await openSmtp(
      target(),
      { ehloName: 'me.test', tls: 'opportunistic' },
      AbortSignal.timeout(9000),
    )
    open.push(connection)
    expect(connection.facts.tls).toBeUndefined()
    expect(told(await deliver(connection, mail()))).toEqual(['taken 250'])
    expect(server.connections).toBe(2)
    server.script = { ...offer, STARTTLS: '220 go\r\n250 injected' }
    const options = { ehloName: 'me.test', tls: 'required' } as const
    await expect(openSmtp(target(), options, AbortSignal.timeout(9000))).rejects.toMatchObject({
      stage: 'encrypt',
    })
  })

  test.each([
    ['PLAIN', '250-x\r\n250 AUTH LOGIN PLAIN', {}],
    ['LOGIN', '250-x\r\n250 AUTH=LOGIN', {}],
  ])('signs in by %s', async (method, ehlo) => {
    server = await startScriptedServer({
      EHLO: ehlo,
      AUTH: method === 'PLAIN' ? '235 ok' : '334 VXNlcm5hbWU6',
      [Buffer.from('ann').toString('base64').toUpperCase()]: '334 UGFzc3dvcmQ6',
      [Buffer.from('secret').toString('base64').toUpperCase()]: '235 ok',
    })
    const login = { user: 'ann', password: 'secret', allowsClearText: true }
    const options = { ehloName: 'me.test', tls: 'opportunistic', login } as const
    open.push(await openSmtp(target(), options, AbortSignal.timeout(9000)))
    const inClear = { ...options, login: { user: 'ann', password: 'secret' } }
    await expect(openSmtp(target(), inClear, AbortSignal.timeout(9000))).rejects.toMatchObject({
      trouble: 'no-login',
    })
    server.script = { EHLO: ehlo, AUTH: '535 5.7.8 wrong' }
    const refused = openSmtp(target(), options, AbortSignal.timeout(9000))
    await expect(refused).rejects.toMatchObject({ stage: 'sign-in', reply: { code: 535 } })
  })
})
