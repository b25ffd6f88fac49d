import { once } from 'node:events'
import type { Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { type Script, type ScriptedServer, startScriptedServer } from '../testing/scripted-server.ts'
import { mail, quick, told } from '../testing/smtp-mail.ts'
import type { SmtpConnection } from './connection.ts'
import { createConnectionPool } from './connection-pool.ts'
import { deliver } from './deliver.ts'
import { openSmtp } from './open.ts'

let server: ScriptedServer
const open: SmtpConnection[] = []
afterEach(async () => {
  for (const connection of open.splice(0)) connection.quit()
  await server.close()
})

async function connectTo(
  script: Script = {},
  timeouts: Partial<typeof quick> = { ...quick, endMs: 5000, greetingMs: 5000 },
) {
  server = await startScriptedServer(script)
  const target = { host: 'mx.scripted.test', address: '127.0.0.1', port: server.port }
  const connection = await openSmtp(
    target,
    { ehloName: 'me.test', tls: 'opportunistic', timeouts },
    AbortSignal.timeout(10_000),
  )
  open.push(connection)
  return connection
}

const noPipelining = { EHLO: '250-x\r\n250 SIZE 1000' }

describe.each([
  ['pipelined', {}],
  ['one by one', noPipelining],
  ['to a server that knows HELO only', { EHLO: '502 5.5.2 what?' }],
])('a mail %s', (_how, base: Script) => {
  test('is taken once, dots doubled, and the connection goes on', async () => {
    const connection = await connectTo(base)
    const first = mail()
    expect(told(await deliver(connection, first))).toEqual(['taken 250'])
    expect(told(await deliver(connection, mail({ to: ['a@rcpt.test', 'b@rcpt.test'] })))).toEqual([
      'taken 250',
      'taken 250',
    ])
    expect(first.marks).toBe(1)
    expect(server.messages).toEqual(Array(2).fill('Subject: x\r\n\r\nHi\r\n..\r\nBob\r\n'))
    expect(server.connections).toBe(1)
    expect(server.commands.filter(command => command === 'RSET')).toEqual([])
  })

  test.each<[string, Script, string[], number]>([
    [
      'MAIL',
      { MAIL: '451 4.3.0 later', RCPT: '503 5.5.1 MAIL first', DATA: '503 5.5.1 MAIL first' },
      ['rejected mail 451 4.3.0', 'rejected mail 451 4.3.0'],
      0,
    ],
    [
      'one RCPT',
      { RCPT: (s, line) => s.write(line.includes('a@') ? '550 5.1.1 no such user\r\n' : '250 ok\r\n') },
      ['rejected rcpt 550 5.1.1', 'taken 250'],
      1,
    ],
    [
      'every RCPT',
      { RCPT: '550 5.1.1 no', DATA: '554 5.5.1 no valid recipients' },
      ['rejected rcpt 550 5.1.1', 'rejected rcpt 550 5.1.1'],
      0,
    ],
    ['DATA', { DATA: '451 4.7.1 greylisted' }, ['rejected data 451 4.7.1', 'rejected data 451 4.7.1'], 0],
    [
      'the message',
      { end: '554-5.7.1 spam\r\n554 5.7.1 really' },
      ['rejected end 554 5.7.1', 'rejected end 554 5.7.1'],
      1,
    ],
  ])(
    'refused at %s gives each recipient its answer, and the next mail passes',
    async (_at, script, expected, marks) => {
      const connection = await connectTo({ ...base, ...script })
      const refused = mail({ to: ['a@rcpt.test', 'b@rcpt.test'] })
      expect(told(await deliver(connection, refused))).toEqual(expected)
      expect(refused.marks).toBe(marks)
      server.script = base
      expect(told(await deliver(connection, mail()))).toEqual(['taken 250'])
      expect(server.connections).toBe(1)
    },
  )

  const hangUp = (socket: Socket) => socket.destroy()
  test.each<[string, Script, string, number]>([
    ['at MAIL', { MAIL: hangUp }, 'cut mail closed', 0],
    ['at RCPT', { RCPT: hangUp }, 'cut rcpt closed', 0],
    ['at DATA', { DATA: hangUp }, 'cut data closed', 0],
    ['after the dot', { end: hangUp }, 'unanswered end closed', 1],
    ['silence at MAIL', { MAIL: 'silence' }, 'cut mail timeout', 0],
    ['silence at RCPT', { RCPT: 'silence' }, 'cut rcpt timeout', 0],
    ['silence at DATA', { DATA: 'silence' }, 'cut data timeout', 0],
    ['silence after the dot', { end: 'silence' }, 'unanswered end timeout', 1],
    ['nonsense after the dot', { end: 'HTTP/1.1 200 OK' }, 'unanswered end protocol', 1],
    ['an odd code after the dot', { end: '354 go on' }, 'unanswered end protocol', 1],
    ['an odd code at RCPT', { RCPT: '354 go on' }, 'cut rcpt protocol', 0],
    ['an odd code at DATA', { DATA: '250 ok' }, 'cut data protocol', 0],
    [
      'endless nonsense at MAIL',
      { MAIL: `250-${'x'.repeat(90_000)}`, RCPT: 'silence' },
      'cut mail protocol',
      0,
    ],
  ])('cut %s is told apart', async (_where, script, expected, marks) => {
    const connection = await connectTo({ ...base, ...script }, quick)
    const cut = mail()
    expect(told(await deliver(connection, cut))).toEqual([expected])
    expect(cut.marks).toBe(marks)
    expect(connection.isUsable).toBe(false)
    expect(told(await deliver(connection, mail()))).toMatchObject([expect.stringMatching(/^cut /)])
  })
})

describe('the mark', () => {
  test('when refused, nothing arrives: the connection is cut without the end', async () => {
    const connection = await connectTo()
    const refusal = new Error('lease lost')
    const answers = await deliver(connection, mail({ mark: () => Promise.reject(refusal) }))
    expect(answers).toEqual([{ is: 'withheld', error: refusal }])
    await server.close()
    expect(server.messages).toEqual([])
    expect(server.halves).toEqual([''])
    server = await startScriptedServer()
  })

  test('holds back the last chunk of a large message, and comes after the 354', async () => {
    const connection = await connectTo()
    const lines = `${'x'.repeat(74)}\r\n`.repeat(800)
    let bodyEnded = false
    const large = mail({
      async *openBody() {
        for (let chunk = 0; chunk < 10; chunk++) yield lines
        bodyEnded = true
      },
      mark: async () => {
        expect(bodyEnded).toBe(true)
        expect(server.messages).toEqual([])
      },
    })
    expect(told(await deliver(connection, large))).toEqual(['taken 250'])
    expect(server.messages[0]).toBe(`Subject: x\r\n\r\n${lines.repeat(10)}`)
  })

  test('a connection that ends while it is pending was certainly not used', async () => {
    const gone: { socket?: Socket } = {}
    const connection = await connectTo({
      DATA: socket => {
        gone.socket = socket
        socket.write('354 go on\r\n')
      },
    })
    const answers = await deliver(
      connection,
      mail({
        mark: async () => {
          const ended = new Promise<void>(resolve => {
            connection.onGone = resolve
          })
          gone.socket?.destroy()
          await ended
        },
      }),
    )
    expect(told(answers)).toEqual(['cut body closed'])
  })

  test('a server that speaks before the end is heard, and no end is sent', async () => {
    const spoken: { socket?: Socket } = {}
    const connection = await connectTo({
      DATA: socket => {
        spoken.socket = socket
        socket.write('354 go on\r\n')
      },
    })
    const [answer] = await deliver(
      connection,
      mail({
        mark: async () => {
          const heard = new Promise<void>(resolve => {
            connection.onGone = resolve
          })
          spoken.socket?.write('421 4.3.2 shutting down\r\n')
          await heard
        },
      }),
    )
    expect(answer).toMatchObject({ is: 'cut', error: { reply: { code: 421 } } })
  })
})

test('a body that cannot be read is withheld', async () => {
  const connection = await connectTo()
  const broken = mail({
    openBody: () => ({
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('blob gone')) }),
    }),
  })
  expect(told(await deliver(connection, broken))).toEqual(['withheld'])
  expect(broken.marks).toBe(0)
})

test('aborting before the end leaves nothing, aborting after it is uncertain', async () => {
  const connection = await connectTo()
  const before = new AbortController()
  const answers = await deliver(connection, mail({ signal: before.signal, mark: async () => before.abort() }))
  expect(told(answers)).toEqual(['cut body aborted'])
  await server.close()
  const after = new AbortController()
  const second = await connectTo({ end: () => after.abort() })
  expect(told(await deliver(second, mail({ signal: after.signal })))).toEqual(['unanswered end aborted'])
  expect(told(await deliver(second, mail({ signal: AbortSignal.abort() })))).toEqual([
    expect.stringMatching(/^cut /),
  ])
})

describe('what the server offers', () => {
  test('is asked for where it helps', async () => {
    const connection = await connectTo({
      EHLO: '250-x\r\n250-PIPELINING\r\n250-SIZE\r\n250-DSN\r\n250-8BITMIME\r\n250 SMTPUTF8',
    })
    await deliver(connection, mail({ to: ['jürgen@rcpt.test', 'a+b@rcpt.test'], envelopeId: 'dlv=1 r1' }))
    expect(server.commands.slice(1)).toEqual([
      'MAIL FROM:<b-1@r.test> SIZE=100 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=dlv+3D1+20r1',
      'RCPT TO:<jürgen@rcpt.test> NOTIFY=FAILURE,DELAY',
      'RCPT TO:<a+b@rcpt.test> NOTIFY=FAILURE,DELAY ORCPT=rfc822;a+2Bb@rcpt.test',
      'DATA',
    ])
  })

  test.each([
    ['an address', { to: ['jürgen@rcpt.test'] }, 'lacks smtputf8'],
    ['a header', { headers: 'To: jürgen@rcpt.test\r\n' }, 'lacks smtputf8'],
    ['the size', { size: 1001 }, 'lacks size'],
  ])(
    'and where %s asks for more, nothing is said and the connection stays',
    async (_what, changes, expected) => {
      const connection = await connectTo(noPipelining)
      const wide = mail(changes)
      expect(told(await deliver(connection, wide))).toEqual([expected])
      expect([wide.marks, server.commands.length]).toEqual([0, 1])
      expect(told(await deliver(connection, mail()))).toEqual(['taken 250'])
    },
  )
})

describe('the pool', () => {
  test('lends what fits, ends what is worn out, idle too long, broken or too many', async () => {
    const connection = await connectTo()
    const pool = createConnectionPool({ mostUses: 2, idleMs: 20 })
    await deliver(connection, mail())
    pool.give('lane', connection)
    expect(pool.take('other', () => true)).toBeUndefined()
    expect(pool.take('lane', () => false)).toBeUndefined()
    expect(pool.take('lane', () => true)).toBe(connection)
    await deliver(connection, mail())
    pool.give('lane', connection)
    expect(connection.isUsable).toBe(false)

    const target = { host: 'mx.test', address: '127.0.0.1', port: server.port }
    const another = () => openSmtp(target, { ehloName: 'me.test', tls: 'none' }, AbortSignal.timeout(9000))
    const idle = await another()
    const ended = new Promise<void>(
      resolve =>
        (server.script = {
          QUIT: socket => {
            socket.end('221 bye\r\n')
            resolve()
          },
        }),
    )
    pool.give('lane', idle)
    await ended
    expect(pool.take('lane', () => true)).toBeUndefined()

    const small = createConnectionPool({ mostIdle: 1 })
    const [first, second] = [await another(), await another()]
    small.give('a', first)
    small.give('b', second)
    expect([first.isUsable, second.isUsable]).toEqual([false, true])
    small.close()
    expect(second.isUsable).toBe(false)
    const late = await another()
    small.give('a', late)
    expect(late.isUsable).toBe(false)
  })

  test('drops a connection that the server ends while it lies idle', async () => {
    const sockets: Socket[] = []
    const connection = await connectTo({
      greeting: socket => {
        sockets.push(socket)
        socket.write('220 x\r\n')
      },
    })
    const pool = createConnectionPool()
    pool.give('lane', connection)
    const before = connection.onGone
    const gone = new Promise<void>(resolve => {
      connection.onGone = () => {
        before?.()
        resolve()
      }
    })
    sockets[0]?.write('421 4.4.2 idle too long\r\n')
    await gone
    expect(pool.take('lane', () => true)).toBeUndefined()
    if (sockets[0] && !sockets[0].closed) await once(sockets[0], 'close')
  })
})
