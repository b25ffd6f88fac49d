import { apiPrefix, type ProblemBody } from '@fairlead/contract'
import { readBlob } from '../../blobs/read-blob.ts'
import { writeBlob } from '../../blobs/write-blob.ts'
import { createChannels } from '../../channels/registry.ts'
import type { AcceptParts } from '../../compose/accept-email.ts'
import { LiveFeed } from '../../conversations/live-feed.ts'
import { platformHosts } from '../../domains/platform-hosts.ts'
import { createSenderDirectory } from '../../domains/sender-directory.ts'
import type { Address } from '../../mail/message.ts'
import { asWeb } from '../../platform/database/as-role.ts'
import type { MemberId, WorkspaceId } from '../../platform/ids.ts'
import { createLog } from '../../platform/log.ts'
import { createMetrics } from '../../platform/metrics.ts'
import { createSecrets } from '../../platform/secrets.ts'
import { addMember } from '../../team/add-member.ts'
import { type Auth, createAuth, migrateAuth } from '../../team/auth.ts'
import { createApiKey } from '../../team/create-api-key.ts'
import { createWorkspace } from '../../team/create-workspace.ts'
import { findMembers } from '../../team/find-members.ts'
import { createKeyRing, type KeyRing } from '../../team/key-ring.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { addressGuard } from '../../transports/address-guard.ts'
import { createAuthorityClient } from '../../transports/dns/authority.ts'
import { createDnsClient } from '../../transports/dns/client.ts'
import { createHttp, type HttpServer } from '../create-http.ts'
import type { HttpParts } from '../parts.ts'

/** A member with a key, and how to call the API as them. */
export interface TestMember {
  readonly key: string
  readonly keyId: string
  readonly workspaceId: WorkspaceId
  readonly memberId: MemberId
  readonly userId: string
  readonly address: string
  call(method: string, path: string, options?: CallOptions): Promise<Answer>
}

export interface CallOptions {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Body
}

export type Body = Readonly<Record<string, unknown>> & Partial<ProblemBody>

export interface TestApi {
  readonly url: string
  readonly database: TestDatabase
  readonly http: HttpServer
  readonly keyRing: KeyRing
  readonly auth: Auth
  readonly accept: AcceptParts
  /** Lines of the log so far. */
  readonly log: readonly string[]
  /** How often something became due. */
  readonly due: () => number
  /** Admin of the workspace Acme. */
  readonly ann: TestMember
  /** Rep of Acme; identity not verified. */
  readonly bob: TestMember
  /** Admin of another workspace. */
  readonly eve: TestMember
  close(): Promise<void>
}

/** What the test API seals with. */
export const testAppKey = 'a key for tests alone, 32 or more'

/** The API on a free port of loopback, over a database of its own, with two workspaces. */
export async function startTestApi(
  wanted: Partial<HttpParts> | ((database: TestDatabase) => Partial<HttpParts>) = {},
): Promise<TestApi> {
  const database = await createTestDatabase()
  await migrateAuth(database.url)
  const secrets = createSecrets([testAppKey])
  const auth = createAuth({ db: database.db, secrets })
  const keyRing = createKeyRing({ db: database.db, auth })
  const log: string[] = []
  let due = 0
  const accept = acceptParts(database, () => (due += 1))
  const http = await createHttp({
    probeReturnPath: () => 'b-probe@bounces.fairlead.test' as Address,
    ...{ auth, secrets, receivesMail: true, channels: testChannels(), publicUrl: null, sandbox: null },
    policies: { policyOf: async () => null },
    roundTrips: roundTripParts(database, secrets),
    live: new LiveFeed({ db: database.db }),
    domains: testDomains(),
    ...{ db: database.db, keyRing, mode: 'sandbox', version: '0.0.0', metrics: createMetrics() },
    log: createLog({ level: 'info', to: { write: line => void log.push(line) } }),
    http: { host: '127.0.0.1', port: 0, trustedProxies: [] },
    accept,
    simulatedClient: null,
    ...(typeof wanted === 'function' ? wanted(database) : wanted),
  })
  const url = await http.listen()
  const people = await makePeople(database, auth, url)
  return {
    ...{ url, database, http, keyRing, auth, accept, log, due: () => due },
    ...people,
    async close() {
      await http.close(0)
      await database.close()
    },
  }
}

/** Channels with nobody to answer their look-ups. */
export function testChannels() {
  const dns = createDnsClient({ servers: ['127.0.0.1:9'], tries: 1 })
  const around = { dns, guard: addressGuard({}), ehloName: 'mail.fairlead.test' }
  return createChannels({ managed: { ...around, mxPort: 25 }, smtp: around })
}

/** Nobody answers look-ups; suites of sending domains bring their own. */
function testDomains(): HttpParts['domains'] {
  const servers = ['127.0.0.1:9']
  return {
    ...{ hosts: platformHosts('mail.fairlead.test'), smartHost: null },
    authority: createAuthorityClient({ servers, guard: addressGuard({}) }),
    dns: createDnsClient({ servers, tries: 1 }),
  }
}

/** Signs with nothing; suites that measure bring their own. */
function roundTripParts({ db }: TestDatabase, secrets: HttpParts['secrets']): HttpParts['roundTrips'] {
  const { mailDomain, returnPathHost } = platformHosts('mail.fairlead.test')
  const [key] = secrets.macKeys('return-path')
  if (key === undefined) throw new Error('no key')
  const senders = createSenderDirectory({ db, secrets, platform: { keys: [], returnPathHost } })
  return { db, secrets, key, senders, returnPathHost, mailDomain }
}

function acceptParts({ db }: TestDatabase, onDue: () => void): AcceptParts {
  return {
    db,
    onDue,
    mailDomain: 'mail.fairlead.test',
    giveUpMs: 4 * 86_400_000,
    maxBytes: () => 25_000_000,
    readBlob: workspaceId => sha256 => readBlob(db, { workspaceId, sha256 }),
    storeBlob: (workspaceId, content) =>
      asWeb(db, workspaceId, tx => writeBlob(tx, { workspaceId, content: [content] })),
  }
}

async function makePeople(database: TestDatabase, auth: Auth, url: string) {
  const deps = { db: database.db, auth }
  const acme = await createWorkspace(deps, {
    ...{ name: 'Acme', adminName: 'Ann Lee', adminAddress: 'ann@acme.example' as Address },
  })
  await addMember(deps, {
    ...{ workspaceId: acme.workspaceId, name: 'Bob', address: 'bob@acme.example' as Address, role: 'rep' },
  })
  await createWorkspace(deps, {
    ...{ name: 'Evil', adminName: 'Eve', adminAddress: 'eve@evil.example' as Address },
  })
  const memberOf = async (address: string): Promise<TestMember> => {
    const [member] = await findMembers(database.db, address as Address)
    if (member === undefined) throw new Error(`no member ${address}`)
    const { key, id } = await createApiKey(auth, member)
    const call = (method: string, path: string, options: CallOptions = {}) =>
      callApi(url, {
        method,
        path,
        ...options,
        headers: { authorization: `Bearer ${key}`, ...options.headers },
      })
    const { workspaceId, id: memberId, userId } = member
    return { key, keyId: id, workspaceId, memberId, userId, address, call }
  }
  return {
    ann: await memberOf('ann@acme.example'),
    bob: await memberOf('bob@acme.example'),
    eve: await memberOf('eve@evil.example'),
  }
}

/** One request; a body that is a string goes as it stands, anything else as JSON. */
export async function callApi(
  url: string,
  request: CallOptions & { method: string; path: string },
): Promise<Answer> {
  const { method, body } = request
  const path =
    request.path.startsWith('/api/') || request.path.startsWith('/health')
      ? request.path
      : `${apiPrefix}${request.path}`
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...request.headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await answer.text()
  const isJson = answer.headers.get('content-type')?.includes('json') === true
  return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : { text } }
}
