import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TokenServer {
  /** Lines for Dovecot's configuration: it asks here about the tokens that people sign in with. */
  readonly dovecotSettings: string
  /** Makes a token of this login, or takes it back. */
  issue(token: string, user: string): void
  revoke(token: string): void
  close(): Promise<void>
}

/** Knows access tokens and whose they are: the introspection endpoint (RFC 7662) of an authorization server. */
export async function startTokenServer(): Promise<TokenServer> {
  const users = new Map<string, string>()
  const server = createServer((request, response) => {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const username = users.get(token)
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(username === undefined ? { active: false } : { active: true, username }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const bound = server.address()
  const port = typeof bound === 'object' && bound ? bound.port : 0
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-tokens-'))
  // Dovecot reads it as a user of its own.
  await chmod(folder, 0o755)
  const file = join(folder, 'oauth2.conf')
  await writeFile(
    file,
    [
      `introspection_url = http://127.0.0.1:${port}/introspect`,
      'introspection_mode = auth',
      'username_attribute = username',
      'active_attribute = active',
      'active_value = true',
      '',
    ].join('\n'),
  )
  return {
    dovecotSettings: `auth_mechanisms = plain login cram-md5 xoauth2
passdb {
  driver = oauth2
  mechanisms = xoauth2
  args = ${file}
}`,
    issue: (token, user) => void users.set(token, user),
    revoke: token => void users.delete(token),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
      await rm(folder, { recursive: true, force: true })
    },
  }
}
