import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { codeOf, messageOf } from '../platform/plain-error.ts'

export interface SmtpPlace {
  readonly host: string
  readonly port: number
}

const patienceMs = 10_000

/**
 * Asks a mail server at its port: does it greet (RFC 5321 §3.1), and would it take mail for this address? Nothing is sent.
 * Null: yes; otherwise what went wrong, in a few words.
 */
export async function probeSmtp(place: SmtpPlace, recipient: string | null): Promise<string | null> {
  const socket = connect({ host: place.host, port: place.port })
  socket.setTimeout(patienceMs, () => socket.destroy(new Error('no answer in time')))
  try {
    return await converse(socket, recipient)
  } catch (error) {
    return codeOf(error) || messageOf(error)
  } finally {
    socket.destroy()
  }
}

async function converse(socket: Socket, recipient: string | null): Promise<string | null> {
  const broken = new Promise<never>((_, reject) => socket.once('error', reject))
  // Rejections after the race has ended belong to nobody.
  broken.catch(() => undefined)
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]()
  const answer = async (): Promise<string> => {
    for (;;) {
      const { value, done } = await Promise.race([lines.next(), broken])
      if (done === true) return 'it hung up'
      // A hyphen after the code: more lines follow (RFC 5321 §4.2.1).
      if (!/^\d{3}-/.test(value)) return value
    }
  }
  const commands = recipient === null ? [] : ['EHLO doctor.invalid', 'MAIL FROM:<>', `RCPT TO:<${recipient}>`]
  let said = await answer()
  for (const command of commands) {
    if (!said.startsWith('2')) return said.slice(0, 200)
    socket.write(`${command}\r\n`)
    said = await answer()
  }
  socket.write('QUIT\r\n')
  return said.startsWith('2') ? null : said.slice(0, 200)
}
