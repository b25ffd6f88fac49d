import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { guard, HttpProblem, sendJson } from './http.ts'
import { answerCall, type Controlled } from './routes.ts'

/** The HTTP interface of the simulator, for tests and the sandbox inbox. */
export class ControlServer {
  readonly #server: Server
  readonly #stopping = new AbortController()

  private constructor(controlled: Controlled) {
    this.#server = createServer({ requestTimeout: 30_000 }, (request, response) => {
      void this.#onRequest(controlled, { request, response })
    })
    this.#server.maxConnections = 500
    this.#server.on('clientError', (_error, socket) => socket.destroy())
  }

  static async start(
    controlled: Controlled,
    { host, port }: { host: string; port: number },
  ): Promise<ControlServer> {
    const control = new ControlServer(controlled)
    // Longer than a client on a loaded machine may be busy between two calls: one that it finds closed has failed.
    control.#server.keepAliveTimeout = 65_000
    control.#server.listen(port, host)
    await once(control.#server, 'listening')
    return control
  }

  get port(): number {
    const address = this.#server.address()
    return typeof address === 'object' && address ? address.port : 0
  }

  async close(): Promise<void> {
    this.#stopping.abort()
    const closed = new Promise(resolve => this.#server.close(resolve))
    this.#server.closeIdleConnections()
    // Waiting calls were just answered; give their bytes one turn.
    setTimeout(() => this.#server.closeAllConnections(), 100).unref()
    await closed
  }

  async #onRequest(
    controlled: Controlled,
    { request, response }: { request: IncomingMessage; response: ServerResponse },
  ): Promise<void> {
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const signal = AbortSignal.any([gone.signal, this.#stopping.signal])
    try {
      guard(request)
      const url = new URL(request.url ?? '/', 'http://localhost')
      await answerCall(controlled, { request, response, url, signal })
    } catch (error) {
      // The rest of a body that was refused must not be taken for the next request.
      if (!request.complete) response.shouldKeepAlive = false
      const status = error instanceof HttpProblem ? error.status : 500
      sendJson(response, status, { error: error instanceof Error ? error.message : String(error) })
    }
  }
}
