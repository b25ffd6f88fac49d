import { spawn } from 'node:child_process'
import { once } from 'node:events'

const program = `
import sys, json, dkim, dns.resolver
asked = dns.resolver.Resolver(configure=False)
asked.nameservers = [sys.argv[1]]
def txt(name, timeout=5):
    try:
        return b''.join(asked.resolve(name.decode().rstrip('.'), 'TXT')[0].strings)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return None
message = sys.stdin.buffer.read()
count = sum(1 for name, _ in dkim.rfc822_parse(message)[0] if name.lower() == b'dkim-signature')
said = []
for index in range(count):
    judge = dkim.DKIM(message)
    try:
        passed = judge.verify(idx=index, dnsfunc=txt)
    except dkim.DKIMException:
        passed = False
    fields = judge.signature_fields
    said.append([fields.get(b'd', b'').decode(), fields.get(b'a', b'').decode(), passed])
print(json.dumps(said))
`

/**
 * What dkimpy says of each DKIM signature of a message, in order: `<d> <a> pass|fail`. `nameServer`: an address that answers
 * at port 53.
 */
export async function askDkimpy(message: Buffer, nameServer: string): Promise<string[]> {
  const child = spawn('/usr/bin/python3', ['-c', program, nameServer], { stdio: ['pipe', 'pipe', 'pipe'] })
  let [said, complaints] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk
  })
  child.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk
  })
  child.stdin.end(message)
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`dkimpy ended with ${code}: ${complaints.slice(-2000)}`)
  const rows = JSON.parse(said) as [string, string, boolean][]
  return rows.map(([domain, algorithm, isValid]) => `${domain} ${algorithm} ${isValid ? 'pass' : 'fail'}`)
}
