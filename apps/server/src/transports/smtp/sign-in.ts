import type { SmtpConnection } from './connection.ts'
import { SmtpError } from './reply.ts'

export interface SmtpLogin {
  readonly user: string
  readonly password: string
  /** Send the password without TLS too; for a server on this machine. */
  readonly allowsClearText?: boolean
}

/** AUTH PLAIN or LOGIN (RFC 4954, RFC 4616), whichever is offered. Rejects with stage sign-in. */
export async function signIn(connection: SmtpConnection, login: SmtpLogin): Promise<void> {
  if (!connection.facts.tls && !login.allowsClearText) {
    throw new SmtpError(
      { trouble: 'no-login', stage: 'sign-in' },
      'The server offers no encryption, and the password is not sent without it',
    )
  }
  const methods = (connection.extensions.get('AUTH') ?? '').toUpperCase().split(' ')
  const method = ['PLAIN', 'LOGIN'].find(name => methods.includes(name))
  const timeoutMs = connection.timeouts.helloMs
  const say = (line: string) => connection.command(line, 'sign-in', timeoutMs)
  const coded = (text: string) => Buffer.from(text).toString('base64')

  if (!method) {
    const offered = methods.filter(Boolean).join(', ') || 'none'
    throw new SmtpError(
      { trouble: 'no-login', stage: 'sign-in' },
      `No login method is shared; the server offers ${offered}`,
    )
  }
  let reply =
    method === 'PLAIN'
      ? await say(`AUTH PLAIN ${coded(`\0${login.user}\0${login.password}`)}`)
      : await say('AUTH LOGIN')
  if (method === 'LOGIN' && reply.code === 334) reply = await say(coded(login.user))
  if (method === 'LOGIN' && reply.code === 334) reply = await say(coded(login.password))
  if (reply.code !== 235) throw new SmtpError({ trouble: 'reply', stage: 'sign-in', reply }, reply.text)
}
