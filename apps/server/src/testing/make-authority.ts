import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface TestAuthority {
  /** Its own certificate as PEM: whoever knows it trusts what it issues. */
  readonly certificate: string
  /** Key and certificate as PEM for these names. `isExpired`: it ran out years ago. */
  issue(names: readonly string[], options?: { readonly isExpired?: boolean }): Promise<string>
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

/** A certificate authority of a test's own, made by openssl. */
export async function makeAuthority(): Promise<TestAuthority> {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-authority-'))
  try {
    const at = (name: string) => join(folder, name)
    const subject = ['-subj', '/CN=Fairlead test authority', '-days', '30']
    await run('openssl', [
      'req',
      '-x509',
      ...newKey,
      ...subject,
      '-keyout',
      at('key'),
      '-out',
      at('certificate'),
    ])
    const certificate = await readFile(at('certificate'), 'utf8')
    const key = await readFile(at('key'), 'utf8')
    return { certificate, issue: (names, options = {}) => issue({ key, certificate }, names, options) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function issue(
  authority: { readonly key: string; readonly certificate: string },
  names: readonly string[],
  { isExpired = false }: { readonly isExpired?: boolean },
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-certificate-'))
  try {
    const at = (name: string) => join(folder, name)
    await writeFile(at('ca.key'), authority.key, { mode: 0o600 })
    await writeFile(at('ca.pem'), authority.certificate)
    await writeFile(at('index.txt'), '')
    await writeFile(at('serial'), '01')
    const altNames = names.map(name => `DNS:${name}`).join(',')
    await writeFile(at('ca.cnf'), caConfig(folder, altNames))
    await run('openssl', [
      'req',
      '-new',
      ...newKey,
      '-subj',
      `/CN=${names[0]}`,
      '-keyout',
      at('key'),
      '-out',
      at('csr'),
    ])
    const dates = isExpired
      ? ['-startdate', '20200101000000Z', '-enddate', '20200201000000Z']
      : ['-days', '20']
    await run('openssl', [
      'ca',
      '-batch',
      '-config',
      at('ca.cnf'),
      ...dates,
      '-in',
      at('csr'),
      '-out',
      at('certificate'),
      '-notext',
    ])
    return `${await readFile(at('key'), 'utf8')}${await readFile(at('certificate'), 'utf8')}`
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function caConfig(folder: string, altNames: string): string {
  return `[ca]
default_ca = own
[own]
database = ${folder}/index.txt
serial = ${folder}/serial
new_certs_dir = ${folder}
certificate = ${folder}/ca.pem
private_key = ${folder}/ca.key
default_md = sha256
policy = anything
x509_extensions = extensions
[anything]
commonName = supplied
[extensions]
subjectAltName = ${altNames}
`
}
