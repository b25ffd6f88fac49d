import type { PublishedDmarc, RecordProblemCode, SendingDomain } from '@fairlead/contract'
import { sql } from 'kysely'
import type { DomainId } from '../platform/ids.ts'

/** A record as it was seen at the last look. */
export interface RecordFinding {
  readonly name: string
  readonly type: 'TXT' | 'MX'
  readonly found: readonly string[]
  readonly state: SendingDomain['records'][number]['state']
  readonly problem: {
    readonly code: RecordProblemCode
    readonly params: Readonly<Record<string, string | number>>
  } | null
  /** ISO 8601. */
  readonly checkedAt: string
}

/** What DNS said about a domain; kept in sending_domain.findings. */
export interface DomainFindings {
  /** By purpose. */
  readonly records?: Readonly<Record<string, RecordFinding>>
  readonly nameServers?: readonly string[]
  /** Null: a look-up proved that there is none. Absent: not known. */
  readonly dmarc?: Omit<PublishedDmarc, 'reportsToUs'> | null
}

export interface DomainRow {
  readonly id: DomainId
  readonly domain: string
  readonly tag: string
  readonly returnPathHost: string
  readonly reportToken: string
  readonly signingState: SendingDomain['signing']['state']
  readonly signingAt: Date
  readonly signingUntil: Date | null
  readonly envelopeState: SendingDomain['envelope']['state']
  readonly envelopeAt: Date
  readonly envelopeUntil: Date | null
  readonly findings: DomainFindings
  readonly checkedAt: Date | null
  readonly checkDueAt: Date
  readonly createdAt: Date
  readonly keys: readonly KeyRow[]
  /** Identities that are verified by the domain. */
  readonly identities: number
  /** An address of the domain that somebody here sends from. */
  readonly sampleAddress: string | null
}

/** A signing key without its private half. */
export interface KeyRow {
  readonly selector: string
  readonly algorithm: 'rsa-sha256' | 'ed25519-sha256'
  readonly publicKey: string
  readonly state: 'next' | 'signing' | 'old'
  readonly stateAt: string
  readonly isLive: boolean
}

/** Columns of `fairlead.sending_domain d`, with the public side of its keys. */
export const domainColumns = sql`
  d.id, d.domain, d.tag, d.return_path_host as "returnPathHost", d.report_token as "reportToken",
  d.signing_state as "signingState", d.signing_at as "signingAt", d.signing_until as "signingUntil",
  d.envelope_state as "envelopeState", d.envelope_at as "envelopeAt", d.envelope_until as "envelopeUntil",
  d.findings, d.checked_at as "checkedAt", d.check_due_at as "checkDueAt", d.created_at as "createdAt",
  fairlead.domain_keys(d.workspace_id, d.id) as keys,
  (select count(*)::int from fairlead.identity i
    where i.workspace_id = d.workspace_id and i.verified_by = 'domain' and i.deleted_at is null
      and split_part(i.address_key, '@', -1) = d.domain) as identities,
  (select i.address from fairlead.identity i
    where i.workspace_id = d.workspace_id and i.deleted_at is null and split_part(i.address_key, '@', -1) = d.domain
    order by i.created_at, i.id limit 1) as "sampleAddress"`
