import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, watch, writeFileSync } from 'node:fs'
import { chmod, chown, copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { pathOf } from './needs.ts'
import { ownLoopbackAddress } from './start-program.ts'

export interface PostfixOptions {
  /** Domains whose mail it takes; everything that is not refused goes into one Maildir. */
  readonly domains: readonly string[]
  /** Full address → what RCPT is answered, e.g. `550 5.1.1 no such user`. */
  readonly answers?: Readonly<Record<string, string>>
  /** Addresses whose mail is taken and comes back later as a DSN. */
  readonly bouncesLater?: readonly string[]
  /** Who takes the DSNs; without it they are thrown away, like all other mail that is not for `domains`. */
  readonly returnsTo?: { readonly address: string; readonly port: number }
  /** Key and certificates as PEM, the server's own first; a self-signed one when absent. */
  readonly certificate?: string
  /** Takes mail from people who sign in: at port 587 with STARTTLS, at port 465 with TLS from the first byte. */
  readonly submission?: {
    /** Dovecot's auth socket, `address:port`. */
    readonly sasl: { readonly address: string; readonly port: number }
    /** Address → login that may send as it; absent: everybody as anybody. */
    readonly senders?: Readonly<Record<string, string>>
    /** Further settings of the two listeners. */
    readonly settings?: Readonly<Record<string, string>>
  }
  /** Address → folder of its own below `mailFolder`, e.g. `ann/`; all others go into one. */
  readonly mailboxes?: Readonly<Record<string, string>>
  /** Where mail is stored, made by the caller and owned by nobody; a folder of its own when absent. */
  readonly mailFolder?: string
  /** Further lines of main.cf. */
  readonly settings?: Readonly<Record<string, string>>
  /** Further lines of master.cf. */
  readonly services?: readonly string[]
}

export interface Postfix {
  /** Clear text and STARTTLS; all at port 2525. */
  readonly address: string
  readonly tlsAddress: string
  readonly port: number
  /** Waits until so many messages have come for the recipient; gives them as stored, trace headers first. */
  arrived(to: string, count: number): Promise<readonly Buffer[]>
  /** How many have come for the recipient so far. */
  countOf(to: string): Promise<number>
  log(): string
  /** Tries everything again that waits in its queue. */
  flush(): Promise<void>
  stop(): Promise<void>
}

const port = 2525
const nobody = 65_534
const run = promisify(execFile)

/** A private Postfix as the recipients' MX: own queue, own addresses of 127/8, nothing leaves unless `settings` say so. */
export async function startPostfix(options: PostfixOptions): Promise<Postfix> {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-postfix-'))
  await chmod(folder, 0o755)
  const address = ownLoopbackAddress()
  const tlsAddress = ownLoopbackAddress()
  const etc = join(folder, 'etc')
  const mail = options.mailFolder ?? join(folder, 'mail')
  for (const name of [etc, join(folder, 'spool'), join(folder, 'data')]) await mkdir(name)
  await mkdir(mail, { recursive: true })
  const postfixUid = Number((await run('id', ['-u', 'postfix'])).stdout)
  await chown(join(folder, 'data'), postfixUid, nobody)
  for (const name of ['all', 'all/new', 'all/cur', 'all/tmp']) {
    await mkdir(join(mail, name))
    await chown(join(mail, name), nobody, nobody)
  }
  if (options.certificate === undefined) await makeCertificate(folder)
  else await writeFile(join(folder, 'tls.pem'), options.certificate, { mode: 0o600 })
  writeFileSync(join(folder, 'mail.log'), '')
  await writeFile(join(etc, 'main.cf'), mainCf({ folder, mail }, options))
  await writeFile(
    join(etc, 'master.cf'),
    masterCf({ dist: await masterDist(), address, tlsAddress }, options),
  )
  await writeFile(join(etc, 'dynamicmaps.cf'), '')
  const files = ['/etc/postfix/postfix-files', '/usr/share/postfix/postfix-files'].find(existsSync)
  if (files) await copyFile(files, join(etc, 'postfix-files'))
  const log = () => readFileSync(join(folder, 'mail.log'), 'utf8')
  await control(etc, 'start', log)
  const inbox = join(mail, 'all', 'new')
  return {
    address,
    tlsAddress,
    port,
    arrived: (to, count) => waitForMail(inbox, { to, count, log }),
    countOf: async to => (await messagesFor(inbox, to)).length,
    log,
    flush: () => control(etc, 'flush', log),
    async stop() {
      await control(etc, 'stop', log)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/**
 * `start` waits until the listeners are open, `stop` until all processes are gone (by the pid that Postfix wrote).
 * start-fg would be simpler, but kills the caller's process group when it stops.
 */
async function control(etc: string, verb: 'start' | 'flush' | 'stop', log: () => string): Promise<void> {
  // Its daemons inherit the pipes, and would keep them open.
  const child = spawn(pathOf('postfix'), ['-c', etc, verb], { stdio: 'ignore' })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`postfix ${verb} ended with ${code}:\n${log().slice(-3000)}`)
}

async function waitForMail(
  inbox: string,
  wanted: { readonly to: string; readonly count: number; log(): string },
): Promise<readonly Buffer[]> {
  const watcher = watch(inbox)
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`No ${wanted.count} messages for ${wanted.to}:\n${wanted.log().slice(-3000)}`))
    }, 20_000)
  })
  late.catch(() => undefined)
  try {
    for (;;) {
      // Listening begins before looking, so that nothing comes in between.
      const changed = once(watcher, 'change')
      changed.catch(() => undefined)
      const found = await messagesFor(inbox, wanted.to)
      if (found.length >= wanted.count) return found
      await Promise.race([changed, late])
    }
  } finally {
    clearTimeout(timer)
    watcher.close()
  }
}

async function messagesFor(inbox: string, to: string): Promise<Buffer[]> {
  const names = (await readdir(inbox)).sort()
  const messages = await Promise.all(names.map(name => readFile(join(inbox, name))))
  return messages.filter(bytes => bytes.subarray(0, 4000).toString().includes(`\nX-Original-To: ${to}\n`))
}

function mainCf(place: { readonly folder: string; readonly mail: string }, options: PostfixOptions): string {
  const { folder, mail } = place
  const refusals = Object.entries(options.answers ?? {}).map(([to, answer]) => `{ ${to} = ${answer} }`)
  const later = (options.bouncesLater ?? []).map(to => `{ ${to} = later: }`)
  const back = options.returnsTo
  const settings = {
    compatibility_level: '3.6',
    queue_directory: `${folder}/spool`,
    data_directory: `${folder}/data`,
    command_directory: '/usr/sbin',
    daemon_directory: '/usr/lib/postfix/sbin',
    mail_owner: 'postfix',
    setgid_group: 'postdrop',
    maillog_file: `${folder}/mail.log`,
    maillog_file_prefixes: folder,
    // "127.0.0.11" here is fatal: no local interface found; the addresses stand in master.cf.
    inet_interfaces: 'loopback-only',
    inet_protocols: 'ipv4',
    myhostname: 'mx.postfix.test',
    mydestination: '',
    alias_maps: '',
    mynetworks: '192.0.2.1/32',
    smtpd_peername_lookup: 'no',
    disable_dns_lookups: 'yes',
    message_size_limit: '41943040',
    virtual_mailbox_limit: '0',
    virtual_mailbox_domains: options.domains.join(' '),
    virtual_mailbox_base: mail,
    virtual_mailbox_maps: `${inlineTable(options.mailboxes ?? {})}static:all/`,
    virtual_uid_maps: `static:${nobody}`,
    virtual_gid_maps: `static:${nobody}`,
    virtual_alias_maps: '',
    transport_maps: later.length > 0 ? `inline:{ ${later.join(' ')} }` : '',
    default_transport: back ? `smtp:[${back.address}]:${back.port}` : 'discard:',
    smtpd_relay_restrictions: 'reject_unauth_destination',
    smtpd_recipient_restrictions:
      refusals.length > 0 ? `check_recipient_access inline:{ ${refusals.join(' ')} }` : 'permit',
    smtpd_tls_chain_files: `${folder}/tls.pem`,
    smtpd_tls_security_level: 'none',
    smtpd_error_sleep_time: '0',
    smtpd_client_connection_count_limit: '0',
    in_flow_delay: '0',
    ...options.settings,
  }
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('')
}

const inlineTable = (rows: Readonly<Record<string, string>>): string => {
  const listed = Object.entries(rows).map(([key, value]) => `{ ${key} = ${value} }`)
  return listed.length > 0 ? `inline:{ ${listed.join(' ')} } ` : ''
}

/** The two listeners for people who sign in. */
function submissionLines(address: string, { submission, answers }: PostfixOptions): string[] {
  if (!submission) return []
  const { sasl, senders, settings } = submission
  const access = inlineTable(answers ?? {})
  const shared: Record<string, string> = {
    smtpd_sasl_auth_enable: 'yes',
    smtpd_sasl_type: 'dovecot',
    smtpd_sasl_path: `inet:${sasl.address}:${sasl.port}`,
    smtpd_tls_auth_only: 'yes',
    smtpd_relay_restrictions: 'permit_sasl_authenticated, reject',
    smtpd_recipient_restrictions: access ? `check_recipient_access ${access}` : 'permit',
    ...(senders
      ? {
          smtpd_sender_login_maps: inlineTable(senders).trim(),
          smtpd_sender_restrictions: 'reject_sender_login_mismatch',
        }
      : {}),
    ...settings,
  }
  const listener = (port: number, own: Readonly<Record<string, string>>) =>
    [
      `${address}:${port} inet n - n - - smtpd`,
      ...Object.entries({ ...shared, ...own }).map(([name, value]) => ` -o { ${name} = ${value} }`),
    ].join('\n')
  return [
    listener(587, { smtpd_tls_security_level: 'may' }),
    listener(465, { smtpd_tls_security_level: 'encrypt', smtpd_tls_wrappermode: 'yes' }),
  ]
}

function masterCf(
  from: { readonly dist: string; readonly address: string; readonly tlsAddress: string },
  options: PostfixOptions,
): string {
  const lines = from.dist.split('\n').map(line => {
    const fields = line.split(/\s+/)
    if (!/^[a-z]/.test(line) || fields.length < 8) return line
    fields[4] = 'n'
    if (fields[0] === 'smtp' && fields[1] === 'inet') fields[0] = `${from.address}:${port}`
    return fields.join(' ')
  })
  lines.push(`${from.tlsAddress}:${port} inet n - n - - smtpd -o smtpd_tls_security_level=may`)
  lines.push(...submissionLines(from.address, options))
  // 67 is EX_NOUSER; the error(8) transport would be refused at RCPT already.
  lines.push(
    'later unix - n n - - pipe user=nobody argv=/bin/sh -c {echo no such user in the back office; exit 67}',
  )
  lines.push(...(options.services ?? []))
  return `${lines.join('\n')}\n`
}

async function masterDist(): Promise<string> {
  return await readFile('/usr/share/postfix/master.cf.dist', 'utf8')
}

/** A self-signed certificate: opportunistic TLS does not look at it. */
async function makeCertificate(folder: string): Promise<void> {
  const key = join(folder, 'key.pem')
  const certificate = join(folder, 'certificate.pem')
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-subj', '/CN=mx.postfix.test', '-keyout', key, '-out', certificate],
  ])
  await writeFile(
    join(folder, 'tls.pem'),
    `${await readFile(key, 'utf8')}${await readFile(certificate, 'utf8')}`,
  )
}
