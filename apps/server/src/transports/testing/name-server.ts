import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type Answer, decode, encode } from 'dns-packet'

/** `MX example.test` → rows, or how the server fails. What is absent has no records. */
export type Zone = Record<string, readonly Answer[] | 'NXDOMAIN' | 'SERVFAIL' | 'silence'>

export interface NameServer {
  /** For FAIRLEAD_DNS_SERVERS. */
  readonly address: string
  zone: Zone
  /** Questions as they came, `TYPE name`. */
  readonly asked: string[]
  close(): Promise<void>
}

export const mx = (name: string, preference: number, exchange: string): Answer => ({
  type: 'MX',
  name,
  ttl: 60,
  data: { preference, exchange },
})
export const a = (name: string, data: string): Answer => ({ type: 'A', name, ttl: 60, data })

/** A name server of a few rows over UDP, for failures that a real one shows only when it is broken. */
export async function startNameServer(zone: Zone): Promise<NameServer> {
  const socket = createSocket('udp4')
  const asked: string[] = []
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const server: NameServer = {
    address: `127.0.0.1:${socket.address().port}`,
    zone,
    asked,
    async close() {
      socket.close()
      await once(socket, 'close')
    },
  }
  socket.on('message', (bytes, from) => {
    const query = decode(bytes)
    const question = query.questions?.[0]
    const key = `${question?.type} ${question?.name.toLowerCase()}`
    asked.push(key)
    const rows = server.zone[key] ?? []
    if (rows === 'silence') return
    const code = rows === 'NXDOMAIN' ? 3 : rows === 'SERVFAIL' ? 2 : 0
    const reply = { type: 'response', id: query.id, flags: 0x180 | code, questions: query.questions } as const
    socket.send(
      encode({ ...reply, answers: typeof rows === 'string' ? [] : [...rows] }),
      from.port,
      from.address,
    )
  })
  return server
}
