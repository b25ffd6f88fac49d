import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A client that says what it is told, byte for byte: what polite libraries would never send. */
export interface SmtpClient {
  readonly socket: Socket
  /** Writes as it stands, no line end added. */
  write(text: string | Uint8Array): void
  /** The next whole reply, several lines as one text without the last line end; null: the server has closed. */
  reply(): Promise<string | null>
  /** Writes the line with CRLF and waits for the reply. */
  say(line: string): Promise<string | null>
  close(): void
}

/** Connects; the greeting is the first `reply()`. */
export async function connectSmtp(port: number, host = '127.0.0.1'): Promise<SmtpClient> {
  const socket = connect({ port, host })
  const replies: string[] = []
  const waiting: ((reply: string | null) => void)[] = []
  let text = ''
  let isClosed = false
  const give = (reply: string): void => {
    const next = waiting.shift()
    if (next === undefined) replies.push(reply)
    else next(reply)
  }
  socket.setEncoding('utf8')
  socket.on('data', (more: string) => {
    text += more
    for (let match = wholeReply.exec(text); match !== null; match = wholeReply.exec(text)) {
      text = text.slice(match[0].length)
      give(match[0].trimEnd())
    }
  })
  socket.on('error', () => socket.destroy())
  socket.on('close', () => {
    isClosed = true
    for (const one of waiting.splice(0)) one(null)
  })
  const reply = (): Promise<string | null> => {
    const known = replies.shift()
    if (known !== undefined) return Promise.resolve(known)
    return isClosed ? Promise.resolve(null) : new Promise(resolve => waiting.push(resolve))
  }
  await once(socket, 'connect')
  return {
    socket,
    write: bytes => void socket.write(bytes),
    reply,
    say: line => {
      socket.write(`${line}\r\n`)
      return reply()
    },
    close: () => void socket.destroy(),
  }
}

const wholeReply = /^(?:\d{3}-[^\n]*\n)*\d{3}(?: [^\n]*)?\n/

/** One mail to its end; the last reply, which refuses or keeps it. */
export async function sendMail(
  port: number,
  mail: { from?: string; to: readonly string[]; raw: string | Uint8Array; host?: string },
): Promise<string> {
  const client = await connectSmtp(port, mail.host)
  try {
    await client.reply()
    await client.say('EHLO mx.customer.example')
    await client.say(`MAIL FROM:<${mail.from ?? ''}>`)
    for (const to of mail.to) {
      const answer = (await client.say(`RCPT TO:<${to}>`)) ?? 'closed'
      if (!answer.startsWith('250')) return answer
    }
    await client.say('DATA')
    client.write(mail.raw)
    return (await client.say('\r\n.')) ?? 'closed'
  } finally {
    client.close()
  }
}
