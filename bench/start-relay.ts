import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, chown, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Postfix as a durable relay that signs with opendkim: what a team would otherwise set up. Needs root. */
export async function startRelay(options: {
  port: number
  sinkPort: number
  privateKey: string
}): Promise<{ stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-relay-'))
  await chmod(folder, 0o755)
  for (const name of ['etc', 'spool', 'data', 'dkim']) await mkdir(join(folder, name))
  await chown(join(folder, 'data'), Number((await run('id', ['-u', 'postfix'])).stdout), 0)
  const milter = await startOpendkim(folder, options.privateKey)
  await writeFile(join(folder, 'etc/main.cf'), mainCf(folder, options))
  const dist = await readFile('/usr/share/postfix/master.cf.dist', 'utf8')
  await writeFile(join(folder, 'etc/master.cf'), masterCf(dist, options.port))
  await writeFile(join(folder, 'etc/dynamicmaps.cf'), '')
  const files = ['/etc/postfix/postfix-files', '/usr/share/postfix/postfix-files'].find(existsSync)
  if (files) await copyFile(files, join(folder, 'etc/postfix-files'))
  const postfix = async (verb: string) => {
    const [code] = await once(
      spawn('/usr/sbin/postfix', ['-c', join(folder, 'etc'), verb], { stdio: 'ignore' }),
      'exit',
    )
    if (code !== 0) throw new Error(`postfix ${verb}: ${readFileSync(join(folder, 'mail.log'), 'utf8')}`)
  }
  await writeFile(join(folder, 'mail.log'), '')
  await postfix('start')
  return {
    async stop() {
      await postfix('stop')
      milter.kill('SIGTERM')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function startOpendkim(folder: string, privateKey: string) {
  const keyPath = join(folder, 'dkim/key.pem')
  await writeFile(keyPath, privateKey, { mode: 0o600 })
  const socket = join(folder, 'spool/opendkim.sock')
  await writeFile(
    join(folder, 'dkim/opendkim.conf'),
    `Mode s\nDomain sender.test\nSelector s1\nKeyFile ${keyPath}\nSignatureAlgorithm rsa-sha256\nCanonicalization relaxed/relaxed\nSocket local:${socket}\nUMask 000\nInternalHosts 127.0.0.1\nRequireSafeKeys no\nSyslog no\n`,
  )
  const milter = spawn('/usr/sbin/opendkim', ['-f', '-x', join(folder, 'dkim/opendkim.conf')], {
    stdio: 'ignore',
  })
  for (let n = 0; n < 200 && !existsSync(socket); n++) await delay(25)
  return milter
}

function mainCf(folder: string, options: { sinkPort: number }): string {
  const settings = {
    compatibility_level: '3.6',
    queue_directory: `${folder}/spool`,
    data_directory: `${folder}/data`,
    command_directory: '/usr/sbin',
    daemon_directory: '/usr/lib/postfix/sbin',
    mail_owner: 'postfix',
    setgid_group: 'postdrop',
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    myhostname: 'relay.bench.test',
    mydestination: '',
    alias_maps: '',
    mynetworks: '127.0.0.0/8',
    smtpd_relay_restrictions: 'permit_mynetworks, reject',
    relayhost: `[127.0.0.1]:${options.sinkPort}`,
    maillog_file: `${folder}/mail.log`,
    maillog_file_prefixes: folder,
    smtpd_milters: 'unix:opendkim.sock',
    milter_default_action: 'tempfail',
    in_flow_delay: '0',
  }
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('')
}

function masterCf(dist: string, port: number): string {
  return dist
    .split('\n')
    .map(line => {
      const fields = line.split(/\s+/)
      if (!/^[a-z]/.test(line) || fields.length < 8) return line
      fields[4] = 'n'
      if (fields[0] === 'smtp' && fields[1] === 'inet') fields[0] = `127.0.0.1:${port}`
      return fields.join(' ')
    })
    .join('\n')
}
