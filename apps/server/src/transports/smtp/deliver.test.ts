import { once } from 'node:events'
import type { Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { type Script, type ScriptedServer, startScriptedServer } from '../testing/scripted-server.ts'
import type { SmtpConnection } from './connection.ts'
import { createConnectionPool } from './connection-pool.ts'
import { deliver, type RecipientAnswer, type SmtpMail } from './deliver.ts'
import { openSmtp } from './open.ts'
import { SmtpError } from './reply.ts'

let server: ScriptedServer
const open: SmtpConnection[] = []
afterEach(async () => {
  for (const connection of open.splice(0)) connection.quit()
  await server.close()
})

const quick = {
  connectMs: 2000,
  greetingMs: 150,
  helloMs: 150,
  mailMs: 150,
  rcptMs: 150,
  dataMs: 150,
  blockMs: 300,
  endMs: 150,
}

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

function mail(changes: Partial<SmtpMail> = {}): SmtpMail & { marks: number } {
  const made = {
    from: 'b-1@r.test',
    to: ['bob@rcpt.test'],
    headers: 'Subject: x\r\n',
    size: 100,
    signal: AbortSignal.timeout(20_000),
    marks: 0,
    async *openBody() {
      yield 'Hi\r\n.\r\nBob\r\n'
    },
    async mark() {
      made.marks += 1
    },
    ...changes,
  }
  return made
}

/** The answers in a form that is quick to read. */
function told(answers: readonly RecipientAnswer[]) {
  return answers.map(answer => {
    if (answer.is === 'taken') return `taken ${answer.reply.code}`
    if (answer.is === 'rejected')
      return `rejected ${answer.stage} ${answer.reply.code} ${answer.reply.status}`
    if (answer.is === 'cannot-carry') return `lacks ${answer.lacks}`
    if (answer.is === 'withheld') return 'withheld'
    return `${answer.is} ${answer.error.stage} ${answer.error.trouble}`
  })
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
    // biome-ignore lint/correctness/useYield: it fails before
    async *openBody() {
      throw new Error('blob gone')
    },
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
