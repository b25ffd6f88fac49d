import type { Socket } from 'node:net'
import type { CertificateFacts } from './certificate.ts'
import { createReplyReader, SmtpError, type SmtpReply, type SmtpStage } from './reply.ts'

/** How long to wait at each stage, in milliseconds; the defaults are RFC 5321 §4.5.3.2's. */
export interface SmtpTimeouts {
  readonly connectMs: number
  readonly greetingMs: number
  readonly helloMs: number
  readonly tlsMs: number
  readonly mailMs: number
  readonly rcptMs: number
  readonly dataMs: number
  readonly blockMs: number
  readonly endMs: number
}

export const defaultTimeouts: SmtpTimeouts = {
  connectMs: 30_000,
  greetingMs: 300_000,
  helloMs: 300_000,
  tlsMs: 30_000,
  mailMs: 300_000,
  rcptMs: 300_000,
  dataMs: 120_000,
  blockMs: 180_000,
  endMs: 600_000,
}

/** Where a connection goes and what it met there. */
export interface SmtpFacts {
  readonly host: string
  readonly address: string
  readonly port: number
  readonly greeting: string
  /** Protocol and cipher; absent in the clear. */
  readonly tls?: string
  readonly certificate?: CertificateFacts
  /** The certificate is valid for the host and from an authority that is trusted; absent in the clear. */
  readonly isVerified?: boolean
  /** DNS vouches for the certificate (RFC 7672), or asks for no more than encryption. */
  readonly isByDane?: boolean
}

interface Waiting {
  readonly stage: SmtpStage
  readonly timeoutMs: number
  resolve(reply: SmtpReply): void
  reject(error: SmtpError): void
}

/**
 * One SMTP connection: writes lines, pairs replies with those who wait for them in order (so that commands may be
 * pipelined, RFC 2920), and fails everything at once when it ends. Knows nothing of mail.
 */
export class SmtpConnection {
  timeouts: SmtpTimeouts
  facts: SmtpFacts
  /** EHLO keywords in upper case with their parameters. */
  extensions: ReadonlyMap<string, string> = new Map()
  /** Transactions begun. */
  uses = 0
  /** A transaction was begun and not ended by an answer to its data: RSET before the next. */
  needsReset = false
  /** Called once, when the connection can no longer be used. */
  onGone: (() => void) | null = null
  private socket: Socket
  private reader = createReplyReader()
  private waiting: Waiting[] = []
  private timer: NodeJS.Timeout | undefined
  private failure: SmtpError | null = null
  private unasked: SmtpReply | null = null
  private stage: SmtpStage = 'greeting'

  constructor(socket: Socket, facts: SmtpFacts, timeouts: SmtpTimeouts) {
    this.socket = socket
    this.facts = facts
    this.timeouts = timeouts
    this.listen(socket)
  }

  get isUsable(): boolean {
    return this.failure === null && this.unasked === null
  }

  /** A reply that came although nothing was asked, e.g. a 421 before the server hangs up. */
  get unaskedReply(): SmtpReply | null {
    return this.unasked
  }

  /** Throws what ended the connection, if it has ended. */
  throwIfEnded(stage: SmtpStage): void {
    if (this.failure) throw this.endedAt(stage, this.failure)
    if (this.unasked) throw this.spokeUnasked(stage, this.unasked)
  }

  /** Writes one line and waits for its reply. */
  command(line: string, stage: SmtpStage, timeoutMs: number): Promise<SmtpReply> {
    const reply = this.reply(stage, timeoutMs)
    this.writeNow(`${line}\r\n`)
    return reply
  }

  /** Waits for the next reply that nobody waits for yet. */
  reply(stage: SmtpStage, timeoutMs: number): Promise<SmtpReply> {
    this.stage = stage
    return new Promise((resolve, reject) => {
      if (this.failure) return reject(this.endedAt(stage, this.failure))
      if (this.unasked) {
        const reply = this.unasked
        // A greeting may be faster than the one who waits for it; anywhere else replies and commands lost their order.
        if (stage !== 'greeting') return reject(this.spokeUnasked(stage, reply))
        this.unasked = null
        return resolve(reply)
      }
      this.waiting.push({ stage, timeoutMs, resolve, reject })
      if (this.waiting.length === 1) this.arm()
    })
  }

  /** Hands text to the socket without waiting; a failure shows in the next reply. */
  writeNow(text: string, encoding: BufferEncoding = 'utf8'): void {
    if (!this.failure) this.socket.write(text, encoding)
  }

  /** Writes a block of a message and waits while the far side reads slower than we write. */
  async writeBlock(text: string, encoding: BufferEncoding): Promise<void> {
    this.throwIfEnded('body')
    this.stage = 'body'
    if (this.socket.write(text, encoding)) return
    await this.drained()
    this.throwIfEnded('body')
  }

  /** Swaps the socket for its encrypted one; refuses what was sent before the handshake (RFC 3207 §6). */
  adopt(
    socket: Socket,
    facts: { readonly tls: string; readonly isVerified: boolean; readonly isByDane: boolean },
    certificate: CertificateFacts | null,
  ): void {
    this.socket.removeAllListeners('data')
    this.socket = socket
    this.facts = { ...this.facts, ...facts, ...(certificate ? { certificate } : {}) }
    this.listen(socket)
  }

  /** The socket to encrypt; nothing may have arrived behind the reply to STARTTLS (RFC 3207 §6). */
  releaseForTls(): Socket {
    if (!this.reader.isEmpty() || this.unasked) {
      throw this.fail(
        new SmtpError({ trouble: 'protocol', stage: 'encrypt' }, 'Text behind the reply to STARTTLS'),
      )
    }
    return this.socket
  }

  /** Ends at once, without a word: what the server holds of a message must not count. */
  destroy(reason = 'ended by this side'): void {
    this.fail(new SmtpError({ trouble: 'aborted', stage: this.stage }, reason))
  }

  /** Says QUIT and lets the server hang up; does not wait for long. */
  quit(): void {
    if (this.failure) return
    this.socket.end('QUIT\r\n')
    const socket = this.socket
    this.fail(new SmtpError({ trouble: 'aborted', stage: this.stage }, 'quit'), false)
    const timer = setTimeout(() => socket.destroy(), 2_000)
    timer.unref()
    socket.once('close', () => clearTimeout(timer))
  }

  /** Ends the connection with this error for all who wait. */
  fail(error: SmtpError, destroys = true): SmtpError {
    if (this.failure) return this.failure
    this.failure = error
    clearTimeout(this.timer)
    if (destroys) this.socket.destroy()
    for (const waiting of this.waiting.splice(0)) waiting.reject(this.endedAt(waiting.stage, error))
    this.socket.emit('fairlead-ended')
    this.onGone?.()
    return error
  }

  private listen(socket: Socket): void {
    socket.on('data', (chunk: Buffer) => this.take(chunk))
    socket.on('error', (error: Error) => {
      this.fail(new SmtpError({ trouble: 'closed', stage: this.stage, reply: this.unasked }, error.message))
    })
    socket.on('close', () => {
      const last = this.unasked ? `: ${this.unasked.text}` : ''
      this.fail(
        new SmtpError(
          { trouble: 'closed', stage: this.stage, reply: this.unasked },
          `The server hung up${last}`,
        ),
      )
    })
    socket.on('end', () => socket.destroy())
  }

  private take(chunk: Buffer): void {
    if (this.failure) return
    try {
      for (const reply of this.reader.push(chunk.toString('utf8'))) this.hand(reply)
    } catch (error) {
      const message = error instanceof Error ? error.message : 'Not an SMTP reply'
      this.fail(new SmtpError({ trouble: 'protocol', stage: this.stage }, message))
    }
  }

  private hand(reply: SmtpReply): void {
    const first = this.waiting.shift()
    if (!first) {
      this.unasked = reply
      this.onGone?.()
      return
    }
    first.resolve(reply)
    this.arm()
  }

  private arm(): void {
    clearTimeout(this.timer)
    const first = this.waiting[0]
    if (!first) return
    this.timer = setTimeout(() => this.timeOut(first.stage, first.timeoutMs), first.timeoutMs)
  }

  private timeOut(stage: SmtpStage, timeoutMs: number): void {
    this.fail(new SmtpError({ trouble: 'timeout', stage }, `No answer within ${timeoutMs / 1000} s`))
  }

  private drained(): Promise<void> {
    return new Promise(resolve => {
      const done = () => {
        clearTimeout(timer)
        this.socket.off('drain', done)
        this.socket.off('fairlead-ended', done)
        resolve()
      }
      const timer = setTimeout(() => this.timeOut('body', this.timeouts.blockMs), this.timeouts.blockMs)
      this.socket.once('drain', done)
      this.socket.once('fairlead-ended', done)
    })
  }

  private spokeUnasked(stage: SmtpStage, reply: SmtpReply): SmtpError {
    return new SmtpError({ trouble: 'closed', stage, reply }, `The server spoke unasked: ${reply.text}`)
  }

  private endedAt(stage: SmtpStage, failure: SmtpError): SmtpError {
    return new SmtpError({ trouble: failure.trouble, stage, reply: failure.reply }, failure.message)
  }
}
