import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { SMTPServer, type SMTPServerSession } from 'smtp-server'
import { SMTPConnection, type SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js'

/**
 * smtp-server holds each greeting for 100 ms and offers no option against it, writes its own enhanced status
 * before every text, and cannot hang up without an answer. Real receivers do none of the first two and some the last.
 */
class PromptConnection extends SMTPConnection {
  #isGreeted = false
  /** Waited for before the 354; a slow recipient sets it. */
  dataDelayMs = 0

  override init(): void {
    super.init()
    this.connectionReady()
  }

  override connectionReady(next?: () => void): void {
    if (this.#isGreeted) return
    this.#isGreeted = true
    super.connectionReady(next)
  }

  override send(code: number, text?: string | string[] | null, context?: string | false): void {
    // Lists and the answer to the final dot are words of ours, which have a status where the imitated system has one.
    const isOurs = Array.isArray(text) || context === 'DATA_OK'
    super.send(code, text, isOurs ? false : context)
  }

  override handler_DATA(command: Buffer, callback: () => void): void {
    const delayMs = this.dataDelayMs
    this.dataDelayMs = 0
    if (delayMs > 0) setTimeout(() => super.handler_DATA(command, callback), delayMs).unref()
    else super.handler_DATA(command, callback)
  }

  /** Ends the connection at once, without an answer. */
  cut(): void {
    this._socket.destroy()
  }
}

/** An SMTP server with prompt greetings; sessions can be cut. */
export class PromptServer extends SMTPServer {
  readonly #open = new Map<string, PromptConnection>()

  override connect(socket: Socket | TLSSocket, options?: SMTPConnectionOptions | null): void {
    const connection = new PromptConnection(this, socket, options)
    this.connections.add(connection)
    this.#open.set(connection.id, connection)
    socket.once('close', () => this.#open.delete(connection.id))
    // Errors of one client (resets, failed handshakes) are its own affair.
    connection.on('error', () => {})
    connection.init()
  }

  cut(session: SMTPServerSession): void {
    this.#open.get(session.id)?.cut()
  }

  /** Makes the next DATA of the session wait. */
  slowData(session: SMTPServerSession, delayMs: number): void {
    const connection = this.#open.get(session.id)
    if (connection) connection.dataDelayMs = Math.max(connection.dataDelayMs, delayMs)
  }

  cutAll(): void {
    for (const connection of this.#open.values()) connection.cut()
  }
}
