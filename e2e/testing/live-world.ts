import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBind } from '../../apps/server/src/testing/start-bind.ts'
import {
  type Postfix,
  type PostfixOptions,
  startPostfix,
} from '../../apps/server/src/testing/start-postfix.ts'
import { freePort } from '../../apps/server/src/testing/start-program.ts'
import { ApiClient } from './api-client.ts'
import { type FairleadProcess, runFairlead, startFairleadProcess } from './start-fairlead.ts'

/**
 * A small real internet on loopback: BIND answers for `customer.test`, a private Postfix is its mail server, and what
 * Postfix returns (all that it took for `later.test`) comes to Fairlead's own listener. Fairlead runs in live mode, in processes of its own.
 */
export interface LiveWorld {
  readonly postfix: Postfix
  readonly api: ApiClient
  readonly env: Readonly<Record<string, string>>
  /** Starts another process of the product in this world; stopped with it. */
  start(more?: {
    roles?: readonly string[]
    env?: Readonly<Record<string, string>>
    mayDie?: boolean
  }): Promise<FairleadProcess>
  run(args: readonly string[], goodCodes?: readonly number[]): Promise<string>
  /** Stops the product's processes; the world around them stays. */
  stopAll(): Promise<void>
  close(): Promise<void>
}

export interface WorldOptions extends Pick<PostfixOptions, 'answers' | 'bouncesLater' | 'settings'> {
  /** Further records of customer.test. */
  readonly records?: readonly string[]
  /** Further zones. */
  readonly zones?: Readonly<Record<string, readonly string[]>>
  /** Recipients' mail goes to the address that offers STARTTLS. */
  readonly isTlsOffered?: boolean
}

export const mailDomain = 'mail.fairlead.test'

export async function openLiveWorld(options: WorldOptions = {}): Promise<LiveWorld> {
  const inboundPort = await freePort()
  const httpPort = await freePort()
  const postfix = await startPostfix({
    ...options,
    domains: ['customer.test', 'later.test'],
    bouncesLater: ['later.test', ...(options.bouncesLater ?? [])],
    settings: {
      default_transport: `smtp:[127.0.0.1]:${inboundPort}`,
      // A listener that was killed is back in a second, and so is Postfix.
      ...{ queue_run_delay: '1s', minimal_backoff_time: '1s', maximal_backoff_time: '2s' },
      ...options.settings,
    },
  })
  const mx = options.isTlsOffered === true ? postfix.tlsAddress : postfix.address
  const bind = await startBind({
    'customer.test': ['@ MX 10 mx', `mx A ${mx}`, ...(options.records ?? [])],
    'later.test': ['@ MX 10 mx.customer.test.'],
    ...options.zones,
  })
  const data = await mkdtemp(join(tmpdir(), 'fairlead-e2e-'))
  // As root, the database's own user has to pass through, or the cluster lies elsewhere and stays.
  await chmod(data, 0o711)
  const env = {
    FAIRLEAD_MODE: 'live',
    FAIRLEAD_DATA: data,
    FAIRLEAD_PORT: String(httpPort),
    FAIRLEAD_PUBLIC_URL: `http://127.0.0.1:${httpPort}`,
    FAIRLEAD_MAIL_DOMAIN: mailDomain,
    FAIRLEAD_DNS_SERVERS: bind.address,
    FAIRLEAD_MX_PORT: String(postfix.port),
    FAIRLEAD_INBOUND_HOST: '127.0.0.1',
    FAIRLEAD_INBOUND_PORT: String(inboundPort),
    FAIRLEAD_ALLOW_PRIVATE_HOSTS: '127.0.0.0/8',
    FAIRLEAD_APP_KEYS: randomBytes(32).toString('base64'),
  }
  const running: FairleadProcess[] = []
  const stopAll = async () => {
    await Promise.all(running.splice(0).map(process => process.stop()))
  }
  const run = (args: readonly string[], goodCodes?: readonly number[]) => runFairlead(args, env, goodCodes)
  await run([
    'workspace',
    'create',
    'Brightwater',
    '--email',
    'ines@brightwater.test',
    '--name',
    'Ines Calder',
  ])
  const key = (await run(['api-key', 'create', '--email', 'ines@brightwater.test'])).trim()
  return {
    ...{ postfix, env, run },
    api: new ApiClient(`http://127.0.0.1:${httpPort}`, key),
    async start(more = {}) {
      const started = await startFairleadProcess({ ...more, env: { ...env, ...more.env } })
      running.push(started)
      return started
    },
    stopAll,
    async close() {
      await stopAll()
      await Promise.all([postfix.stop(), bind.stop()])
      await rm(data, { recursive: true, force: true })
    },
  }
}
