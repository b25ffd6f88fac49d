import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { CheckSentence, CheckStageName, LinkFix } from '@fairlead/contract'
import { makeAuthority } from './make-authority.ts'
import { startDovecot } from './start-dovecot.ts'
import { startPostfix } from './start-postfix.ts'
import { ownLoopbackAddress } from './start-program.ts'

/** Something that is wrong with a company's server, or with how it was typed in. */
export interface FailingServer {
  readonly name: string
  /** What a check says: the stage at which it stops, the sentence, the first fix. */
  readonly told: readonly [CheckStageName, CheckSentence, LinkFix]
  readonly settings: {
    readonly host: string
    readonly port: number
    readonly encryption: 'starttls' | 'none'
    readonly user: string
  }
  readonly password: string
  /** Brings the server to where it fails. */
  prepare?(): Promise<void>
}

export interface FailingServers {
  readonly address: string
  /** Names that lead to that address; others do not exist. */
  readonly hosts: readonly string[]
  /** Who signed the certificates, as PEM. */
  readonly authority: string
  readonly all: readonly FailingServer[]
  stop(): Promise<void>
}

const password = 'the right password'

const ports = {
  ...{ expired: 601, senders: 602, size: 603, connections: 604, mail: 605, greylisting: 606 },
  ...{ afterMessage: 607, clear: 608, cut: 609 },
} as const

/**
 * One Postfix and one Dovecot that fail in all the ways in which servers of companies do, a listener for each. `user`
 * is login, sender and recipient; the servers have names in its domain.
 */
export async function startFailingServers(user: string): Promise<FailingServers> {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-failing-'))
  const authority = await makeAuthority()
  const domain = user.replace(/^.*@/, '')
  const host = `mail.${domain}`
  const certificate = await authority.issue([host])
  const expired = join(folder, 'expired.pem')
  await writeFile(expired, await authority.issue([host], { isExpired: true }), { mode: 0o600 })
  const dovecot = await startDovecot({ users: { [user]: password }, certificate })
  const address = ownLoopbackAddress()
  const greylist = await startGreylist()
  const postfix = await startPostfix({
    domains: [domain],
    certificate,
    submission: { sasl: dovecot.sasl },
    services: listeners({ user, address, expired, greylist: portOf(greylist), sasl: dovecot.sasl }),
  })
  const cutting = await startCut(address)
  return {
    address,
    hosts: [host, `other.${domain}`],
    authority: authority.certificate,
    all: failures(user, address),
    async stop() {
      await Promise.all([closeServer(greylist), closeServer(cutting), postfix.stop(), dovecot.stop()])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function failures(user: string, address: string): FailingServer[] {
  const at = (name: string) => `${name}.${user.replace(/^.*@/, '')}`
  const base = { host: at('mail'), port: 587, encryption: 'starttls', user } as const
  const one = (
    name: string,
    told: FailingServer['told'],
    changes: Partial<FailingServer['settings']> = {},
    more: Partial<FailingServer> = {},
  ): FailingServer => ({ name, told, password, settings: { ...base, ...changes }, ...more })
  const { connections, cut, clear, mail, senders } = ports
  return [
    one('unknown name', ['find', 'find.unknown', 'check-host'], { host: at('gone') }),
    one('nobody listens', ['connect', 'connect.refused', 'use-port-587'], { port: 600 }),
    one('certificate expired', ['encrypt', 'encrypt.expired', 'renew-certificate'], { port: ports.expired }),
    one('certificate for another name', ['encrypt', 'encrypt.wrong-name', 'use-certificate-name'], {
      ...{ host: at('other'), port: clear },
    }),
    one('login only after TLS', ['sign-in', 'sign-in.not-offered', 'use-starttls'], {
      ...{ port: senders, encryption: 'none' },
    }),
    one(
      ...(['wrong password', ['sign-in', 'sign-in.password', 'check-password']] as const),
      ...([{ port: clear }, { password: 'a wrong password' }] as const),
    ),
    one('sender of another login', ['sender', 'sender.not-permitted', 'grant-send-as'], { port: senders }),
    one(
      ...(['too many connections', ['connect', 'too-many-connections', 'wait-and-retry']] as const),
      ...([{ port: connections }, { prepare: () => greet(address) }] as const),
    ),
    one('too much mail', ['test-message', 'too-much-mail', 'wait-and-retry'], { port: mail }),
    one('greylisting', ['sender', 'greylisted', 'wait-and-retry'], { port: ports.greylisting }),
    one('message too large', ['test-message', 'test.too-large', 'ask-admin'], { port: ports.size }),
    one('recipient unknown after the message', ['test-message', 'test.no-recipient', 'check-identity'], {
      port: ports.afterMessage,
    }),
    one('hung up in the message', ['test-message', 'test.cut', 'wait-and-retry'], {
      ...{ port: cut, encryption: 'none' },
    }),
  ]
}

/** Lines of master.cf; each listener fails in its own way, and is sound otherwise. */
function listeners(parts: {
  user: string
  address: string
  expired: string
  greylist: number
  sasl: { readonly address: string; readonly port: number }
}): string[] {
  const shared = {
    smtpd_sasl_auth_enable: 'yes',
    smtpd_sasl_type: 'dovecot',
    smtpd_sasl_path: `inet:${parts.sasl.address}:${parts.sasl.port}`,
    smtpd_tls_auth_only: 'yes',
    smtpd_tls_security_level: 'may',
    smtpd_relay_restrictions: 'permit_sasl_authenticated, reject',
  }
  const listener = (port: number, own: Readonly<Record<string, string>> = {}) =>
    [
      `${parts.address}:${port} inet n - n - - smtpd`,
      ...Object.entries({ ...shared, ...own }).map(([name, value]) => ` -o { ${name} = ${value} }`),
    ].join('\n')
  return [
    listener(ports.clear, { smtpd_tls_auth_only: 'no' }),
    listener(ports.expired, { smtpd_tls_chain_files: parts.expired }),
    listener(ports.senders, {
      smtpd_sender_login_maps: `inline:{ { ${parts.user} = somebody@else.test } }`,
      smtpd_sender_restrictions: 'reject_sender_login_mismatch',
    }),
    listener(ports.size, { message_size_limit: '300' }),
    // The master daemon counts clients by service and address (anvil(8)).
    listener(ports.connections, { smtpd_client_connection_rate_limit: '1' }),
    listener(ports.mail, { smtpd_client_message_rate_limit: '1' }),
    listener(ports.greylisting, {
      smtpd_recipient_restrictions: `check_policy_service inet:127.0.0.1:${parts.greylist}`,
    }),
    listener(ports.afterMessage, {
      smtpd_end_of_data_restrictions: `check_recipient_access inline:{ { ${parts.user} = 550 5.1.1 no mailbox here by that name } }`,
    }),
  ]
}

/** Uses up the one connection a minute. */
async function greet(address: string): Promise<void> {
  const socket = connect({ host: address, port: ports.connections })
  socket.on('error', () => undefined)
  await once(socket, 'data')
  socket.end('QUIT\r\n')
  await once(socket, 'close')
}

/** Greylisting as a policy daemon does it (SMTPD_POLICY_README): whoever is new waits, and may come back at once. */
export async function startGreylist(): Promise<Server> {
  const known = new Set<string>()
  const server = createServer(socket => {
    const asked = new Map<string, string>()
    socket.on('error', () => undefined)
    createInterface({ input: socket }).on('line', line => {
      const cut = line.indexOf('=')
      if (cut > 0) return void asked.set(line.slice(0, cut), line.slice(cut + 1))
      const triplet = ['client_address', 'sender', 'recipient'].map(name => asked.get(name)).join(' ')
      const action = known.has(triplet) ? 'dunno' : 'defer_if_permit 4.2.0 Greylisted, come back in a minute'
      known.add(triplet)
      asked.clear()
      socket.write(`action=${action}\n\n`)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

/** A wire to the sound listener that breaks as soon as the server asks for the message. */
async function startCut(address: string): Promise<Server> {
  const server = createServer(client => {
    const upstream = connect({ host: address, port: ports.clear })
    const end = () => {
      client.destroy()
      upstream.destroy()
    }
    client.pipe(upstream)
    upstream.on('data', (chunk: Buffer) => {
      client.write(chunk)
      if (/^354/m.test(chunk.toString('latin1'))) client.once('data', end)
    })
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end)
  })
  server.listen(ports.cut, address)
  await once(server, 'listening')
  return server
}

export function portOf(server: Server): number {
  const bound = server.address()
  return typeof bound === 'object' && bound !== null ? bound.port : 0
}

async function closeServer(server: Server): Promise<void> {
  server.close()
  await once(server, 'close')
}
