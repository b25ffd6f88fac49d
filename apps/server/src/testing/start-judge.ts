import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathOf } from './needs.ts'
import { type Postfix, startPostfix } from './start-postfix.ts'
import { freePort, startProgram } from './start-program.ts'
import { lenientServer, startResolver } from './start-resolver.ts'

/** A message as it came to the judge: from which client, under which names. */
export interface JudgedMail {
  /** IPv4 of the client, as XCLIENT says: the servers see it instead of the loopback. */
  readonly clientAddress: string
  readonly helo: string
  readonly mailFrom: string
  readonly to: string
  /** Headers and body with CRLF line ends; no line begins with a dot. */
  readonly content: string
}

/** What the judges wrote into Authentication-Results. */
export interface Judgement {
  readonly spf: string
  /** Of each signature, in order: d=, result. */
  readonly dkim: readonly { readonly domain: string; readonly result: string }[]
  readonly dmarc: string
  /** p= and disposition as opendmarc says them in its comment. */
  readonly policy: string
  readonly disposition: string
  /** Refused at the end of DATA: opendmarc applied p=reject. Nothing else is known then. */
  readonly isRefused: boolean
  readonly header: string
  /** As it was stored; empty where it was refused. */
  readonly message: Buffer
}

export interface Judge {
  judge(mail: JudgedMail): Promise<Judgement>
  /** Of the resolver that the judges ask; at port 53. */
  readonly nameServer: string
  stop(): Promise<void>
}

const authority = 'judge.test'

/**
 * A mail server that knows nothing of our code: Postfix with policyd-spf, opendkim and opendmarc, asking the name server
 * at `dns`. Takes mail for `rcpt.test`. The public suffix list is Debian's, and
 * `test`, which it lacks: opendmarc takes a name without a known suffix for its own organisation.
 */
export async function startJudge(dns: string): Promise<Judge> {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-judge-'))
  await chmod(folder, 0o755)
  const resolver = await startResolver(dns)
  const dkim = await startOpendkim(folder, resolver.address)
  const dmarc = await startOpendmarc(folder, resolver.address)
  const spf = await writeSpfPolicy(folder, resolver.address)
  const postfix = await startPostfix({
    domains: ['rcpt.test'],
    settings: {
      smtpd_authorized_xclient_hosts: '127.0.0.0/8',
      smtpd_milters: `inet:127.0.0.1:${dkim.port} inet:127.0.0.1:${dmarc.port}`,
      milter_default_action: 'tempfail',
      milter_protocol: '6',
      smtpd_recipient_restrictions: 'check_policy_service unix:private/policyd-spf',
    },
    services: [`policyd-spf unix - n n - 0 spawn user=nobody argv=${spf}`],
  })
  return {
    judge: mail => judge({ postfix, milters: [dkim.port, dmarc.port] }, mail),
    nameServer: resolver.address,
    async stop() {
      await postfix.stop()
      for (const one of [dkim, dmarc, resolver]) await one.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function startOpendkim(folder: string, nameServer: string) {
  const port = await freePort()
  const config = join(folder, 'opendkim.conf')
  const hosts = join(folder, 'nobody-inside')
  const resolver = join(folder, 'libunbound.conf')
  // Debian's asks through libunbound, which by itself answers that there is no .test.
  await writeFile(
    resolver,
    `server:\n${lenientServer}\nforward-zone:\n  name: "."\n  forward-addr: ${nameServer}@53\n`,
  )
  await writeFile(hosts, '192.0.2.255\n')
  await writeFile(
    config,
    [
      `Socket inet:${port}@127.0.0.1`,
      // Its threads now and then end in a fault when they look keys up at once: then it comes back by itself.
      ...['AutoRestart yes', 'AutoRestartCount 20'],
      ...['Mode v', `AuthservID ${authority}`, 'AlwaysAddARHeader yes', 'Syslog no', 'UserID nobody'],
      ...[`ResolverConfiguration ${resolver}`, `InternalHosts ${hosts}`, `ExternalIgnoreList ${hosts}`],
    ].join('\n'),
  )
  return startMilter({ path: pathOf('opendkim'), arguments: ['-f', '-x', config] }, port)
}

/** Its look-ups go through libc, which knows no other place than /etc/resolv.conf: it gets a root folder of its own. */
async function startOpendmarc(folder: string, nameServer: string) {
  const port = await freePort()
  const root = join(folder, 'root')
  await mkdir(join(root, 'etc'), { recursive: true })
  await writeFile(join(root, 'etc', 'resolv.conf'), `nameserver ${nameServer}\n`)
  const suffixes = await readFile('/usr/share/publicsuffix/public_suffix_list.dat', 'utf8')
  await writeFile(join(root, 'etc', 'suffixes'), `${suffixes}\ntest\n`)
  const config = join(folder, 'opendmarc.conf')
  await writeFile(
    config,
    [
      ...[`Socket inet:${port}@127.0.0.1`, `AuthservID ${authority}`, `TrustedAuthservIDs ${authority}`],
      ...['Syslog false', 'UserID nobody', `ChangeRootDirectory ${root}`, 'PublicSuffixList /etc/suffixes'],
      ...['SPFIgnoreResults false', 'SPFSelfValidate false', 'RejectFailures true'],
    ].join('\n'),
  )
  return startMilter({ path: pathOf('opendmarc'), arguments: ['-f', '-c', config] }, port)
}

/** policyd-spf asks through dnspython, which is told of the name server before it begins. */
async function writeSpfPolicy(folder: string, nameServer: string): Promise<string> {
  const config = join(folder, 'policyd-spf.conf')
  await writeFile(
    config,
    [
      ...['debugLevel = 0', 'TestOnly = 1', 'HELO_reject = False', 'Mail_From_reject = False'],
      ...['PermError_reject = False', 'TempError_Defer = False', 'skip_addresses = 192.0.2.255/32'],
      ...['Header_Type = AR', `Authserv_Id = ${authority}`],
    ].join('\n'),
  )
  const program = join(folder, 'policyd-spf.py')
  await writeFile(
    program,
    `import runpy, sys, dns.resolver
asked = dns.resolver.Resolver(configure=False)
asked.nameservers = ['${nameServer}']
dns.resolver.default_resolver = asked
dns.resolver.override_system_resolver(asked)
sys.argv = ['policyd-spf', '${config}']
runpy.run_path('${pathOf('policyd-spf')}', run_name='__main__')
`,
  )
  return `/usr/bin/python3 ${program}`
}

/** A milter says nothing when it is ready: it is when it takes connections. */
async function startMilter(program: { path: string; arguments: readonly string[] }, port: number) {
  const running = await startProgram({ ...program, readyWhen: null })
  if (!(await acceptsSoon(port))) throw new Error(`${program.path} is not ready:\n${running.output()}`)
  return { port, stop: running.stop }
}

async function acceptsSoon(port: number): Promise<boolean> {
  const until = performance.now() + 10_000
  while (!(await accepts(port))) if (performance.now() > until) return false
  return true
}

function accepts(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => setTimeout(() => resolve(false), 20))
  })
}

interface Bench {
  readonly postfix: Postfix
  /** Ports. */
  readonly milters: readonly number[]
}

async function judge(bench: Bench, mail: JudgedMail): Promise<Judgement> {
  const { postfix } = bench
  const refusal = await deliverPatiently(bench, mail)
  if (refusal !== null) return { ...readJudgement(Buffer.of()), isRefused: true, header: refusal }
  const [message] = await postfix.arrived(mail.to, 1)
  return readJudgement(message ?? Buffer.of())
}

/** A judge that cannot say yet, because the machine is busy or a milter starts again, answers with 4xx. */
async function deliverPatiently({ postfix, milters }: Bench, mail: JudgedMail): Promise<string | null> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await deliver(postfix, mail)
    } catch (error) {
      if (tries === 5 || !(error instanceof LaterError)) throw error
      await Promise.all(milters.map(acceptsSoon))
    }
  }
}

class LaterError extends Error {
  override readonly name = 'LaterError'
}

/** Null: taken. Otherwise the words with which DMARC refused it. */
async function deliver({ address, port }: Postfix, mail: JudgedMail): Promise<string | null> {
  const socket = connect(port, address)
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]()
  const say = async (command: string | null, wanted: string): Promise<string | null> => {
    if (command !== null) socket.write(`${command}\r\n`)
    for (;;) {
      const { value, done } = await lines.next()
      if (done) throw new Error(`The judge hung up after ${command}`)
      if (!/^\d{3}(\s|$)/.test(value)) continue
      if (/^550 5\.7\.1 .*DMARC/i.test(value)) return value
      if (value.startsWith('4')) throw new LaterError(value)
      if (!value.startsWith(wanted)) throw new Error(`${command?.slice(0, 40)}: ${value}`)
      return null
    }
  }
  try {
    await say(null, '220')
    await say('EHLO proxy.test', '250')
    await say(`XCLIENT ADDR=${mail.clientAddress} NAME=[UNAVAILABLE] HELO=${mail.helo}`, '220')
    await say(`EHLO ${mail.helo}`, '250')
    await say(`MAIL FROM:<${mail.mailFrom}>`, '250')
    await say(`RCPT TO:<${mail.to}>`, '250')
    await say('DATA', '354')
    return await say(`${mail.content}\r\n.`, '250')
  } finally {
    socket.destroy()
  }
}

/** Reads the fields of our judges above the first Received: others' below it mean nothing. */
function readJudgement(message: Buffer): Judgement {
  const head = (message.toString('latin1').split(/\r?\n\r?\n/, 1)[0] ?? '').replace(/\r?\n[ \t]+/g, ' ')
  const fields = head
    .split(/\r?\n/)
    .filter(line => new RegExp(`^Authentication-Results: ${authority};`, 'i').test(line))
  const header = fields.join('\n')
  const bare = header.replace(/\([^)]*\)/g, '').replace(/"[^"]*"/g, '""')
  const signatures = [...bare.matchAll(/\bdkim=(\w+)[^;\n]*?header\.d=([^\s;]+)/g)]
  return {
    spf: /\bspf=(\w+)/.exec(header)?.[1]?.toLowerCase() ?? '',
    dkim: signatures.map(([, result = '', domain = '']) => ({ result, domain })),
    dmarc: /\bdmarc=(\w+)/.exec(header)?.[1] ?? '',
    policy: /\bp=(\w+)/.exec(header)?.[1] ?? '',
    disposition: /\bdis=(\w+)/.exec(header)?.[1] ?? '',
    isRefused: false,
    header,
    message,
  }
}
