import { readBlob } from '../blobs/read-blob.ts'
import { writeBlob } from '../blobs/write-blob.ts'
import { type Channels, createChannels } from '../channels/registry.ts'
import type { AcceptParts } from '../compose/accept-email.ts'
import type { LookUpParts } from '../domains/look-up-records.ts'
import type { PlatformHosts } from '../domains/platform-hosts.ts'
import { createStsStore } from '../domains/sts-store.ts'
import { type BackOff, liveBackOff, sandboxBackOff } from '../outbox/back-off.ts'
import { asWeb } from '../platform/database/as-role.ts'
import { addressGuard } from '../transports/address-guard.ts'
import { createDane } from '../transports/dane/find-tlsa.ts'
import { createAuthorityClient } from '../transports/dns/authority.ts'
import { createDnsClient, type DnsClient } from '../transports/dns/client.ts'
import { createStsPolicies } from '../transports/mta-sts/policies.ts'
import type { JoinedSimulator } from './join-simulator.ts'
import type { Core } from './open-core.ts'
import { accountChannels } from './provider-places.ts'

/** Where mail may go: the internet and the networks that the operator allows, or the simulator and nothing else. */
export interface MailParts {
  readonly channels: Channels
  readonly dns: DnsClient
  /** The resolvers that are asked; null: the system's. */
  readonly dnsServers: readonly string[] | null
  readonly backOff: BackOff
  /** Who looks at the records of sending domains. */
  readonly lookUp: LookUpParts
}

export function mailParts(core: Core, hosts: PlatformHosts, simulator: JoinedSimulator | null): MailParts {
  const { mail } = core.config
  const { log } = core
  const servers = simulator ? [simulator.dns] : mail.dnsServers
  const dns = createDnsClient(servers ? { servers } : {})
  const guard = addressGuard(simulator ? { only: placesOf(simulator) } : { allow: mail.allowPrivateHosts })
  const smartHost = simulator ? null : mail.smartHost
  const authority = createAuthorityClient({ ...(servers ? { servers } : {}), guard })
  return {
    dns,
    dnsServers: servers ?? null,
    lookUp: { authority, hosts },
    backOff: simulator ? sandboxBackOff : liveBackOff,
    channels: createChannels({
      managed: {
        ...{ dns, guard, ehloName: hosts.mailDomain },
        mxPort: simulator?.smtp.port ?? mail.mxPort ?? 25,
        policies: createStsPolicies({
          ...{ dns, guard, store: createStsStore(core.db) },
          onError: (error, domain) =>
            log.info({ err: error, domain }, 'An MTA-STS policy could not be fetched'),
        }),
        onTested: failure => log.info(failure, 'MTA-STS in testing: enforced, this mail would have waited'),
        ...(smartHost === null ? {} : { smartHost }),
        // The operator named the resolver: its word that it validated counts. The system's may be anybody's.
        ...(simulator === null && mail.dnsServers !== null ? { dane: createDane(authority) } : {}),
      },
      smtp: {
        ...{ dns, guard, ehloName: hosts.mailDomain },
        ...(simulator ? { sandbox: () => simulator.submission } : {}),
      },
      ...accountChannels(core.config, simulator),
    }),
  }
}

/** What of the simulator may be connected to. */
function placesOf({ smtp, submission }: JoinedSimulator) {
  const { address, port, securePort } = submission
  return [smtp, { address, port }, { address, port: securePort }]
}

/** What accepting and releasing an email needs. `onDue` is called after each commit that made something due. */
export function acceptParts(parts: {
  core: Core
  hosts: PlatformHosts
  mail: MailParts
  onDue: () => void
}): AcceptParts {
  const { hosts, mail, onDue } = parts
  const { db } = parts.core
  return {
    ...{ db, onDue, mailDomain: hosts.mailDomain, giveUpMs: mail.backOff.giveUpMs },
    readBlob: workspaceId => sha256 => readBlob(db, { workspaceId, sha256 }),
    storeBlob: (workspaceId, content) =>
      asWeb(db, workspaceId, tx => writeBlob(tx, { workspaceId, content: [content] })),
    maxBytes: sender =>
      mail.channels.get(sender.linkKind)?.traits(sender.linkSettings).maxBytes ?? 25 * 1024 * 1024,
  }
}
