import { connect as connectTcp, type Socket } from 'node:net'
import { defaultTimeouts, SmtpConnection, type SmtpTimeouts } from './connection.ts'
import { type EncryptOptions, encrypt } from './encrypt.ts'
import { SmtpError, type SmtpStage } from './reply.ts'
import { type SmtpLogin, signIn } from './sign-in.ts'

/** One address of one host; the guard has passed it. */
export interface SmtpTarget {
  /** Name for TLS and for what is shown. */
  readonly host: string
  readonly address: string
  readonly port: number
}

export interface SmtpOptions extends EncryptOptions {
  /** Our own name in EHLO. */
  readonly ehloName: string
  /**
   * opportunistic: STARTTLS where offered, in the clear where it is not or fails, certificates not looked at
   * (RFC 7435) unless they are to be checked: then what is offered must also work; required: STARTTLS or nothing;
   * implicit: TLS from the first byte (RFC 8314); none: never.
   */
  readonly tls: 'opportunistic' | 'required' | 'implicit' | 'none'
  readonly login?: SmtpLogin
  readonly timeouts?: Partial<SmtpTimeouts>
  /** Told of each stage as it begins, e.g. for a connection test; with the connection as it is by then. */
  readonly onStage?: (stage: SmtpStage, connection: SmtpConnection | null) => void
}

/**
 * Connects, greets, encrypts and signs in. Rejects with SmtpError; its stage says how far it came. A failed
 * opportunistic handshake is tried again in the clear on a new connection, because the old one is lost.
 */
export async function openSmtp(
  target: SmtpTarget,
  options: SmtpOptions,
  signal: AbortSignal,
): Promise<SmtpConnection> {
  try {
    return await openOnce(target, options, signal)
  } catch (error) {
    const isHandshake = error instanceof SmtpError && error.stage === 'encrypt'
    if (!isHandshake || !mayFallBack(options) || signal.aborted) throw error
    return await openOnce(target, { ...options, tls: 'none' }, signal)
  }
}

function mayFallBack(options: SmtpOptions): boolean {
  const isStrict =
    options.checksCertificate === true || options.pinnedSha256 !== undefined || options.dane !== undefined
  return options.tls === 'opportunistic' && !isStrict
}

async function openOnce(
  target: SmtpTarget,
  options: SmtpOptions,
  signal: AbortSignal,
): Promise<SmtpConnection> {
  const timeouts = { ...defaultTimeouts, ...options.timeouts }
  options.onStage?.('connect', null)
  const socket = await connectSocket(target, timeouts.connectMs, signal)
  const connection = new SmtpConnection(socket, { ...target, greeting: '' }, timeouts)
  const abort = () => connection.destroy('aborted')
  signal.addEventListener('abort', abort, { once: true })
  try {
    if (options.tls === 'implicit') {
      options.onStage?.('encrypt', connection)
      await encrypt(connection, options)
    }
    options.onStage?.('greeting', connection)
    const greeting = await connection.reply('greeting', timeouts.greetingMs)
    connection.facts = { ...connection.facts, greeting: greeting.text }
    if (greeting.code !== 220)
      throw new SmtpError({ trouble: 'reply', stage: 'greeting', reply: greeting }, greeting.text)
    await hello(connection, options)
    await startTls(connection, options)
    if (options.login) {
      options.onStage?.('sign-in', connection)
      await signIn(connection, options.login)
    }
    return connection
  } catch (error) {
    connection.destroy('set-up failed')
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

function connectSocket(target: SmtpTarget, timeoutMs: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const end = (trouble: 'unreachable' | 'timeout' | 'aborted', message: string, code?: string) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      socket.removeAllListeners()
      socket.on('error', () => {})
      socket.destroy()
      reject(new SmtpError({ trouble, stage: 'connect', ...(code === undefined ? {} : { code }) }, message))
    }
    const abort = () => end('aborted', 'aborted')
    const socket = connectTcp({ host: target.address, port: target.port, noDelay: true, keepAlive: true })
    const timer = setTimeout(() => end('timeout', `No connection within ${timeoutMs / 1000} s`), timeoutMs)
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    socket.once('error', (error: NodeJS.ErrnoException) => end('unreachable', error.message, error.code))
    socket.once('connect', () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      socket.removeAllListeners('error')
      resolve(socket)
    })
  })
}

async function hello(connection: SmtpConnection, options: SmtpOptions): Promise<void> {
  options.onStage?.('hello', connection)
  const { helloMs } = connection.timeouts
  let reply = await connection.command(`EHLO ${options.ehloName}`, 'hello', helloMs)
  if (reply.code >= 500 && reply.code !== 521 && reply.code !== 550 && reply.code !== 554) {
    // RFC 5321 §3.2: an old server knows HELO only.
    reply = await connection.command(`HELO ${options.ehloName}`, 'hello', helloMs)
    reply = { ...reply, lines: [] }
  }
  if (reply.code !== 250) throw new SmtpError({ trouble: 'reply', stage: 'hello', reply }, reply.text)
  connection.extensions = new Map(
    reply.lines.slice(1).map(line => {
      const [keyword = '', ...parameters] = line.trim().split(/[ =]/)
      return [keyword.toUpperCase(), parameters.join(' ')]
    }),
  )
}

async function startTls(connection: SmtpConnection, options: SmtpOptions): Promise<void> {
  if (options.tls === 'none' || options.tls === 'implicit') return
  if (!connection.extensions.has('STARTTLS')) {
    if (options.tls === 'opportunistic') return
    throw new SmtpError({ trouble: 'tls', stage: 'encrypt' }, 'The server does not offer STARTTLS')
  }
  options.onStage?.('encrypt', connection)
  const reply = await connection.command('STARTTLS', 'encrypt', connection.timeouts.helloMs)
  if (reply.code !== 220) {
    if (mayFallBack(options)) return
    throw new SmtpError({ trouble: 'tls', stage: 'encrypt', reply }, reply.text)
  }
  await encrypt(connection, options)
  await hello(connection, options)
}
