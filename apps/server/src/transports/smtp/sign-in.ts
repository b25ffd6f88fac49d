import { createHmac } from 'node:crypto'
import type { SmtpConnection } from './connection.ts'
import { SmtpError, type SmtpReply } from './reply.ts'

/** SASL mechanisms that carry a password, and XOAUTH2, which carries an access token in its place. */
export type SignInMethod = 'plain' | 'login' | 'cram-md5' | 'xoauth2'

export interface SmtpLogin {
  readonly user: string
  /** For xoauth2 the access token. */
  readonly password: string
  /** Absent: the first of those for passwords that the server offers. */
  readonly method?: SignInMethod
  /** Send the password without TLS too; for a server on this machine, or where an admin chose no encryption. */
  readonly allowsClearText?: boolean
}

// Under TLS CRAM-MD5 adds nothing; in the clear it at least keeps the password from those who listen.
const preferred = {
  encrypted: ['plain', 'login', 'cram-md5'],
  clear: ['cram-md5', 'plain', 'login'],
} as const

/**
 * AUTH (RFC 4954) with PLAIN (RFC 4616), LOGIN, CRAM-MD5 (RFC 2195) or XOAUTH2
 * (https://developers.google.com/workspace/gmail/imap/xoauth2-protocol). Rejects with stage sign-in; what the server said is
 * told without the credentials that it may have repeated.
 */
export async function signIn(connection: SmtpConnection, login: SmtpLogin): Promise<void> {
  if (!connection.facts.tls && !login.allowsClearText) {
    throw new SmtpError(
      { trouble: 'no-login', stage: 'sign-in' },
      'The server offers no encryption, and the password is not sent without it',
    )
  }
  const method = chooseMethod(connection, login)
  const spoken: string[] = [login.password]
  const say = async (line: string, secret?: string): Promise<SmtpReply> => {
    if (secret !== undefined) spoken.push(secret)
    const reply = await connection.command(line, 'sign-in', connection.timeouts.helloMs)
    return withoutSecrets(reply, spoken)
  }
  const reply = await exchange(method, login, say)
  if (reply.code !== 235) throw new SmtpError({ trouble: 'reply', stage: 'sign-in', reply }, reply.text)
}

function chooseMethod(connection: SmtpConnection, login: SmtpLogin): SignInMethod {
  const offered = new Set((connection.extensions.get('AUTH') ?? '').toLowerCase().split(' '))
  const wanted = login.method
    ? [login.method]
    : preferred[connection.facts.tls === undefined ? 'clear' : 'encrypted']
  const method = wanted.find(name => offered.has(name))
  if (method) return method
  const list = [...offered].filter(Boolean).join(', ').toUpperCase() || 'none'
  throw new SmtpError(
    { trouble: 'no-login', stage: 'sign-in' },
    `No login method is shared; the server offers ${list}`,
  )
}

type Say = (line: string, secret?: string) => Promise<SmtpReply>

const base64 = (text: string): string => Buffer.from(text).toString('base64')

async function exchange(method: SignInMethod, login: SmtpLogin, say: Say): Promise<SmtpReply> {
  const sayCoded = (text: string, before = '') => {
    const coded = base64(text)
    return say(`${before}${coded}`, coded)
  }
  switch (method) {
    case 'plain':
      return sayCoded(`\0${login.user}\0${login.password}`, 'AUTH PLAIN ')
    case 'login': {
      let reply = await say('AUTH LOGIN')
      if (reply.code === 334) reply = await sayCoded(login.user)
      return reply.code === 334 ? await sayCoded(login.password) : reply
    }
    case 'cram-md5': {
      const reply = await say('AUTH CRAM-MD5')
      if (reply.code !== 334) return reply
      const challenge = Buffer.from(reply.lines[0] ?? '', 'base64')
      return sayCoded(`${login.user} ${createHmac('md5', login.password).update(challenge).digest('hex')}`)
    }
    case 'xoauth2': {
      const token = `user=${login.user}\x01auth=Bearer ${login.password}\x01\x01`
      const reply = await sayCoded(token, 'AUTH XOAUTH2 ')
      // The refusal comes as a challenge that an empty line answers; only then is the reply said.
      return reply.code === 334 ? await say('') : reply
    }
  }
}

/** Servers repeat in their refusal what they were given; nobody should read it in a log. */
function withoutSecrets(reply: SmtpReply, secrets: readonly string[]): SmtpReply {
  const hide = (text: string) =>
    secrets.reduce((rest, secret) => (secret.length > 2 ? rest.replaceAll(secret, '***') : rest), text)
  return { ...reply, text: hide(reply.text), lines: reply.code === 334 ? reply.lines : reply.lines.map(hide) }
}
