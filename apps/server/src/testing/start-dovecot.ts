import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pathOf } from './needs.ts'
import { ownLoopbackAddress, startProgram } from './start-program.ts'

export interface DovecotOptions {
  /** Login → password. */
  readonly users: Readonly<Record<string, string>>
  /** Key and certificates as PEM. */
  readonly certificate: string
  /** Further lines of its configuration. */
  readonly settings?: string
}

export interface Dovecot {
  /** IMAP with STARTTLS at 143, with TLS at 993. */
  readonly address: string
  /** Where Postfix asks for logins. */
  readonly sasl: { readonly address: string; readonly port: number }
  /** Maildirs, one for each user by the part before the @. */
  readonly mailFolder: string
  setPassword(user: string, password: string): Promise<void>
  /** Gives the mail in this user's INBOX other numbers, under another UIDVALIDITY. */
  numberAnew(user: string): Promise<void>
  output(): string
  stop(): Promise<void>
}

const nobody = 65_534
const saslPort = 12_345

/** UIDVALIDITY is the second of the first look: within the same one it would be the same again. */
async function numberAnew(folder: string): Promise<void> {
  const [, second = '0'] = /V(\d+)/.exec(await readFile(join(folder, 'dovecot-uidlist'), 'utf8')) ?? []
  await delay(Math.max(0, (Number(second) + 1) * 1_000 - Date.now()))
  for (const name of await readdir(folder)) if (name.startsWith('dovecot')) await rm(join(folder, name))
}

/** A private Dovecot: logins for Postfix, IMAP for people. Its Sent folder is marked as such (RFC 6154). */
export async function startDovecot(options: DovecotOptions): Promise<Dovecot> {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-dovecot-'))
  await chmod(folder, 0o755)
  const address = ownLoopbackAddress()
  const mailFolder = join(folder, 'mail')
  for (const name of [mailFolder, join(folder, 'run'), join(folder, 'state')]) await mkdir(name)
  const passwords = new Map(Object.entries(options.users))
  for (const user of passwords.keys()) await mkdir(join(mailFolder, localPart(user)))
  for (const name of ['', ...[...passwords.keys()].map(localPart)])
    await chown(join(mailFolder, name), nobody, nobody)
  await writeFile(join(folder, 'tls.pem'), options.certificate, { mode: 0o600 })
  const savePasswords = () =>
    writeFile(
      join(folder, 'users'),
      [...passwords].map(([user, password]) => `${user}:{PLAIN}${password}::::::\n`).join(''),
    )
  await savePasswords()
  await writeFile(join(folder, 'dovecot.conf'), configuration({ folder, address }, options))
  const program = await startProgram({
    path: pathOf('dovecot'),
    arguments: ['-F', '-c', join(folder, 'dovecot.conf')],
    readyWhen: /starting up/,
  })
  return {
    address,
    sasl: { address, port: saslPort },
    mailFolder,
    async setPassword(user, password) {
      passwords.set(user, password)
      await savePasswords()
    },
    numberAnew: user => numberAnew(join(mailFolder, localPart(user))),
    output: program.output,
    async stop() {
      await program.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const localPart = (user: string): string => user.replace(/@.*$/, '')

function configuration(
  { folder, address }: { readonly folder: string; readonly address: string },
  { settings = '' }: DovecotOptions,
): string {
  return `protocols = imap
listen = ${address}
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = /dev/stderr
ssl = yes
ssl_cert = <${folder}/tls.pem
ssl_key = <${folder}/tls.pem
disable_plaintext_auth = yes
auth_mechanisms = plain login cram-md5
auth_failure_delay = 0
mail_location = maildir:${folder}/mail/%n
first_valid_uid = ${nobody}
passdb {
  driver = passwd-file
  args = username_format=%u ${folder}/users
}
userdb {
  driver = static
  args = uid=${nobody} gid=${nobody} home=${folder}/mail/%n
}
namespace inbox {
  inbox = yes
  mailbox Sent {
    special_use = \\Sent
    auto = create
  }
}
service auth {
  inet_listener {
    address = ${address}
    port = ${saslPort}
  }
}
# Tests fail to sign in on purpose; nobody is to be made to wait for it afterwards.
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service imap-login {
  inet_listener imap {
    address = ${address}
    port = 143
  }
  inet_listener imaps {
    address = ${address}
    port = 993
    ssl = yes
  }
}
${settings}
`
}
