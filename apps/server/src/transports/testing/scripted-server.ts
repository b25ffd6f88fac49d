import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/**
 * An SMTP server that follows a script: for behaviour that no real server shows on demand, such as hanging up
 * between two bytes. A step answers a command (by its verb) or a moment; absent steps are answered politely, and
 * after `silence` the connection stays open and says nothing more.
 */
export interface Script {
  /** Reply, or what to do with the socket; `greeting`, `end` (after the dot) and verbs in upper case. */
  readonly [step: string]: string | ((socket: Socket, line: string) => void) | undefined
}

export interface ScriptedServer {
  readonly port: number
  /** Commands as they came, over all connections. */
  readonly commands: string[]
  /** Whole messages, dots still doubled. */
  readonly messages: string[]
  /** What had come of messages whose connection ended before the dot. */
  readonly halves: string[]
  connections: number
  script: Script
  close(): Promise<void>
}

const polite: Script = {
  greeting: '220 scripted.test ESMTP',
  EHLO: '250-scripted.test\r\n250-PIPELINING\r\n250-SIZE 1000000\r\n250-8BITMIME\r\n250 SMTPUTF8',
  DATA: '354 go on',
  QUIT: '221 bye',
  end: '250 2.0.0 Ok: queued as ABC123',
}

export async function startScriptedServer(
  script: Script = {},
  place: { readonly address?: string; readonly port?: number } = {},
): Promise<ScriptedServer> {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    state.connections += 1
    converse(socket, state)
  })
  server.listen(place.port ?? 0, place.address ?? '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const state: ScriptedServer = {
    port,
    commands: [],
    messages: [],
    halves: [],
    connections: 0,
    script,
    async close() {
      const gone = [...sockets].map(socket => once(socket, 'close'))
      for (const socket of sockets) socket.destroy()
      server.close()
      await Promise.all([...gone, once(server, 'close')])
    },
  }
  return state
}

function converse(socket: Socket, state: ScriptedServer): void {
  let buffer = ''
  let isData = false
  let isSilent = false
  const answer = (step: string, line = '') => {
    const action = state.script[step] ?? polite[step] ?? '250 2.1.0 Ok'
    if (action === 'silence') isSilent = true
    else if (typeof action === 'function') action(socket, line)
    else socket.write(`${action}\r\n`)
    isData ||= step === 'DATA' && typeof action === 'string' && action.startsWith('354')
  }
  socket.on('error', () => {})
  socket.on('close', () => {
    if (isData) state.halves.push(buffer)
  })
  socket.on('data', chunk => {
    buffer += chunk.toString()
    while (!isSilent) {
      const end = buffer.indexOf(isData ? '\r\n.\r\n' : '\r\n')
      if (end < 0) return
      if (isData) {
        state.messages.push(buffer.slice(0, end + 2))
        buffer = buffer.slice(end + 5)
        isData = false
        answer('end')
      } else {
        const line = buffer.slice(0, end)
        buffer = buffer.slice(end + 2)
        state.commands.push(line)
        answer(line.split(' ', 1)[0]?.toUpperCase() ?? '', line)
      }
    }
  })
  answer('greeting')
}

/** A TCP relay in front of a real server that hangs up on command, after so many octets from the client. */
export async function startCuttingProxy(
  target: { readonly address: string; readonly port: number },
  place: { readonly address?: string; readonly port?: number } = {},
) {
  let cut: ((clientSaid: string, serverSaid: string) => boolean) | null = null
  const server = createServer(client => {
    const upstream = connect({ host: target.address, port: target.port })
    let clientSaid = ''
    let serverSaid = ''
    const end = () => {
      client.destroy()
      upstream.destroy()
    }
    client.on('data', chunk => {
      clientSaid += chunk.toString('latin1')
      upstream.write(chunk)
      if (cut?.(clientSaid, serverSaid)) end()
    })
    upstream.on('data', chunk => {
      serverSaid += chunk.toString('latin1')
      if (cut?.(clientSaid, serverSaid)) return end()
      client.write(chunk)
    })
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end)
  })
  server.listen(place.port ?? 0, place.address ?? '127.0.0.1')
  await once(server, 'listening')
  const bound = server.address()
  return {
    port: typeof bound === 'object' && bound ? bound.port : 0,
    /** Hangs up when the rule holds; what the server said last is then kept from the client. */
    cutWhen(rule: typeof cut) {
      cut = rule
    },
    async close() {
      server.close()
      await once(server, 'close')
    },
  }
}
