import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls'
import { defaultTimeouts, SmtpConnection, type SmtpTimeouts } from './connection.ts'
import { SmtpError, type SmtpStage } from './reply.ts'
import { type SmtpLogin, signIn } from './sign-in.ts'

/** One address of one host; the guard has passed it. */
export interface SmtpTarget {
  /** Name for TLS and for what is shown. */
  readonly host: string
  readonly address: string
  readonly port: number
}

export interface SmtpOptions {
  /** Our own name in EHLO. */
  readonly ehloName: string
  /**
   * opportunistic: STARTTLS where offered, in the clear where it is not or fails, certificates not looked at
   * (RFC 7435); required: STARTTLS or nothing; implicit: TLS from the first byte (RFC 8314); none: never.
   */
  readonly tls: 'opportunistic' | 'required' | 'implicit' | 'none'
  /** Must the certificate be valid for the host? */
  readonly checksCertificate?: boolean
  readonly login?: SmtpLogin
  readonly timeouts?: Partial<SmtpTimeouts>
  /** Told of each stage as it begins, e.g. for a connection test. */
  readonly onStage?: (stage: SmtpStage) => void
}

let looseContext: SecureContext | undefined

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
    if (!isHandshake || options.tls !== 'opportunistic' || signal.aborted) throw error
    return await openOnce(target, { ...options, tls: 'none' }, signal)
  }
}

async function openOnce(
  target: SmtpTarget,
  options: SmtpOptions,
  signal: AbortSignal,
): Promise<SmtpConnection> {
  const timeouts = { ...defaultTimeouts, ...options.timeouts }
  options.onStage?.('connect')
  const socket = await connectSocket(target, timeouts.connectMs, signal)
  const connection = new SmtpConnection(socket, { ...target, greeting: '' }, timeouts)
  const abort = () => connection.destroy('aborted')
  signal.addEventListener('abort', abort, { once: true })
  try {
    if (options.tls === 'implicit') await encrypt(connection, options)
    options.onStage?.('greeting')
    const greeting = await connection.reply('greeting', timeouts.greetingMs)
    connection.facts = { ...connection.facts, greeting: greeting.text }
    if (greeting.code !== 220)
      throw new SmtpError({ trouble: 'reply', stage: 'greeting', reply: greeting }, greeting.text)
    await hello(connection, options)
    await startTls(connection, options)
    if (options.login) {
      options.onStage?.('sign-in')
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
    const end = (trouble: 'unreachable' | 'timeout' | 'aborted', message: string) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      socket.removeAllListeners()
      socket.on('error', () => {})
      socket.destroy()
      reject(new SmtpError({ trouble, stage: 'connect' }, message))
    }
    const abort = () => end('aborted', 'aborted')
    const socket = connectTcp({ host: target.address, port: target.port, noDelay: true, keepAlive: true })
    const timer = setTimeout(() => end('timeout', `No connection within ${timeoutMs / 1000} s`), timeoutMs)
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    socket.once('error', error => end('unreachable', error.message))
    socket.once('connect', () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      socket.removeAllListeners('error')
      resolve(socket)
    })
  })
}

async function hello(connection: SmtpConnection, options: SmtpOptions): Promise<void> {
  options.onStage?.('hello')
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
  options.onStage?.('encrypt')
  const reply = await connection.command('STARTTLS', 'encrypt', connection.timeouts.helloMs)
  if (reply.code !== 220) {
    if (options.tls === 'opportunistic') return
    throw new SmtpError({ trouble: 'tls', stage: 'encrypt', reply }, reply.text)
  }
  await encrypt(connection, options)
  await hello(connection, options)
}

/** Wraps the connection's socket in TLS. Rejects with stage encrypt. */
async function encrypt(connection: SmtpConnection, options: SmtpOptions): Promise<void> {
  const plain = connection.releaseForTls()
  plain.removeAllListeners('data')
  const { host } = connection.facts
  const checks = options.checksCertificate === true
  // Opportunistic encryption with an old server is better than none at all, so nothing old is switched off there.
  looseContext ??= createSecureContext({ minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' })
  const socket = connectTls({
    socket: plain,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    rejectUnauthorized: checks,
    ...(checks ? {} : { secureContext: looseContext }),
  })
  await handshake(socket, connection.timeouts.tlsMs, options)
  const cipher = socket.getCipher()
  connection.adopt(socket, `${socket.getProtocol() ?? 'TLS'} ${cipher.name}`)
}

function handshake(socket: TLSSocket, timeoutMs: number, options: SmtpOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (error: Error & { readonly code?: string }) => {
      clearTimeout(timer)
      socket.removeAllListeners()
      socket.on('error', () => {})
      socket.destroy()
      const isCertificate =
        options.checksCertificate === true && /CERT|SELF_SIGNED|ALTNAME|ISSUER/.test(error.code ?? '')
      reject(
        new SmtpError({ trouble: isCertificate ? 'certificate' : 'tls', stage: 'encrypt' }, error.message),
      )
    }
    const timer = setTimeout(() => end(new Error(`No handshake within ${timeoutMs / 1000} s`)), timeoutMs)
    socket.once('error', end)
    socket.once('close', () => end(new Error('The server hung up during the handshake')))
    socket.once('secureConnect', () => {
      clearTimeout(timer)
      socket.removeAllListeners('error')
      socket.removeAllListeners('close')
      resolve()
    })
  })
}
