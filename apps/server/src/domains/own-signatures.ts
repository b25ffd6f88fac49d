import { sql } from 'kysely'
import type { Tx } from '../platform/database/connect.ts'
import type { WorkspaceId } from '../platform/ids.ts'
import type { DomainRow } from './domain-row.ts'
import type { PlatformHosts } from './platform-hosts.ts'

/** How receivers find mail that we sign ourselves: whose signatures verify, and where it comes back to. */
export interface OwnSignature {
  readonly signatures: readonly { readonly domain: string; readonly isValid: boolean }[]
  readonly returnPathHost: string
}

export type DomainState = Pick<DomainRow, 'domain' | 'returnPathHost' | 'signingState' | 'envelopeState'>

/** The sending domains of a workspace that sign or take back mail now. */
export async function readDomainStates(tx: Tx, workspaceId: WorkspaceId): Promise<DomainState[]> {
  const found = await sql<DomainState>`
    select domain, return_path_host as "returnPathHost", signing_state as "signingState", envelope_state as "envelopeState"
    from fairlead.sending_domain
    where workspace_id = ${workspaceId} and removed_at is null and (signing_state <> 'off' or envelope_state <> 'off')`.execute(
    tx,
  )
  return found.rows
}

/**
 * Of mail from a domain, by the same choice as the sender directory makes: the domain itself or the nearest above it. In
 * the grace its record is gone, so its signature fails, and the platform's stands beside it.
 */
export function ownSignature(
  fromDomain: string,
  states: readonly DomainState[],
  platform: Pick<PlatformHosts, 'mailDomain' | 'returnPathHost'>,
): OwnSignature {
  const around = states
    .filter(one => fromDomain === one.domain || fromDomain.endsWith(`.${one.domain}`))
    .toSorted((a, b) => b.domain.length - a.domain.length)
  const signer = around.find(one => one.signingState !== 'off')
  const returner = around.find(one => one.envelopeState === 'on')
  const ours = { domain: platform.mailDomain, isValid: true }
  return {
    signatures:
      signer === undefined
        ? [ours]
        : signer.signingState === 'grace'
          ? [{ domain: signer.domain, isValid: false }, ours]
          : [{ domain: signer.domain, isValid: true }],
    returnPathHost: returner?.returnPathHost ?? platform.returnPathHost,
  }
}
