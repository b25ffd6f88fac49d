import type { Socket } from 'node:net'
import { SMTPServer } from 'smtp-server'
import type { Admission } from './admission.ts'

/** smtp-server with a door: too many connections are told so and shut before a session is made for them. */
export class GuardedServer extends SMTPServer {
  readonly #admission: Admission

  constructor(admission: Admission, options: ConstructorParameters<typeof SMTPServer>[0]) {
    super(options)
    this.#admission = admission
  }

  override connect(...[socket, about]: Parameters<SMTPServer['connect']>): void {
    const id = about?.id
    // Gone before it was looked at.
    if (id === undefined || socket.remoteAddress === undefined) socket.destroy()
    else if (this.#admission.admit(id, socket.remoteAddress)) super.connect(socket, about)
    else turnAway(socket)
  }

  /** Says 421 and closes. */
  cut(id: string, text: string): void {
    for (const connection of this.connections) {
      if (connection.id !== id) continue
      connection.send(421, text)
      return
    }
  }
}

function turnAway(socket: Socket): void {
  socket.on('error', () => socket.destroy())
  socket.setTimeout(1_000, () => socket.destroy())
  socket.resume()
  socket.end('421 4.7.0 Too many connections, try again later\r\n')
}
