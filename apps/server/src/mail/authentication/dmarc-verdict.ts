import type { DmarcPolicy, DmarcPolicyFound } from './dmarc-record.ts'
import { isAligned } from './organisational-domain.ts'

/** Results of a check of the return path (RFC 7208 §2.6). */
export const spfResults = ['none', 'neutral', 'pass', 'fail', 'softfail', 'temperror', 'permerror'] as const
export type SpfResult = (typeof spfResults)[number]

/** What a receiver learns of a message before DMARC: who the return path and the signatures stand for. */
export interface Authenticated {
  /** Null: not known. `domain` is that of MAIL FROM; of HELO where that is empty (RFC 7489 §3.1.2). */
  readonly spf: { readonly domain: string; readonly result: SpfResult } | null
  /** Null: not known. Empty: nobody signs. */
  readonly dkim: readonly { readonly domain: string; readonly isValid: boolean }[] | null
}

/** What DMARC makes of a message (RFC 7489 §6.6.2). */
export interface DmarcVerdict {
  /** `none`: the domain publishes no policy, so that nothing is decided. `unknown`: something that decides is not known. */
  readonly result: 'pass' | 'fail' | 'none' | 'unknown'
  /** Null: not known. */
  readonly isSpfAligned: boolean | null
  readonly isDkimAligned: boolean | null
  /** What the receiver is asked to do with this message; `none`: take it as it is. */
  readonly disposition: DmarcPolicy
  /** Share of such mail that gets the disposition; the rest the next milder one. */
  readonly percent: number
}

/** Both identifiers aligned with nothing: the modes that hold where no policy says otherwise (RFC 7489 §6.3). */
const defaults = { dkimMode: 'relaxed', spfMode: 'relaxed' } as const

/** Alignment and policy for a From domain. Pure: what is not known stays unknown, and is never taken for a failure. */
export function dmarcVerdict(
  fromDomain: string,
  policy: DmarcPolicyFound | null,
  { spf, dkim }: Authenticated,
): DmarcVerdict {
  const modes = policy?.is === 'found' ? policy.record : defaults
  const isSpfAligned =
    spf === null ? null : spf.result === 'pass' && isAligned(fromDomain, spf.domain, modes.spfMode)
  const isDkimAligned =
    dkim === null ? null : dkim.some(one => one.isValid && isAligned(fromDomain, one.domain, modes.dkimMode))
  const facts = { isSpfAligned, isDkimAligned, percent: 100, disposition: 'none' as const }
  if (policy === null) return { ...facts, result: 'unknown' }
  if (policy.is === 'none') return { ...facts, result: 'none' }
  if (isSpfAligned || isDkimAligned) return { ...facts, result: 'pass' }
  if (isSpfAligned === null || isDkimAligned === null) return { ...facts, result: 'unknown' }
  return { ...facts, result: 'fail', disposition: policy.applies, percent: policy.record.percent }
}
