import { limits, Problem } from '@fairlead/contract'
import type { Tx } from '../platform/database/connect.ts'
import { type FoundSender, findSender } from './choose-sender.ts'
import type { DraftRow, WhichEmail } from './draft-row.ts'
import { type Finding, finding } from './finding.ts'
import type { ReleaseParts } from './release-email.ts'

/** Identity and delivery channel: missing, not verified, removed, or waiting to be mended; and the channel's limit. */
export async function findInSender(
  tx: Tx,
  which: WhichEmail,
  of: Pick<ReleaseParts, 'maxBytes'> & { readonly row: DraftRow },
): Promise<{ findings: Finding[]; limitBytes: number }> {
  try {
    const sender = await findSender(tx, senderChoice(which, of.row))
    return { findings: findingsOf(sender), limitBytes: of.maxBytes(sender) }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { findings: [finding('error', error, fixOf(error))], limitBytes: limits.encodedEmailBytes }
  }
}

/** Whom and what the draft names; what it leaves open is chosen at the moment of sending. */
export function senderChoice(which: WhichEmail, row: Pick<DraftRow, 'identityId' | 'linkId'>) {
  return {
    workspaceId: which.workspaceId,
    memberId: which.memberId,
    ...(row.identityId === null ? {} : { identityId: row.identityId }),
    ...(row.linkId === null ? {} : { linkId: row.linkId }),
  }
}

function findingsOf(sender: FoundSender): Finding[] {
  const found: Finding[] = []
  if (!sender.isVerified) {
    const problem = new Problem('identity.unverified', { address: sender.address })
    found.push(finding('error', problem, 'verify-identity'))
  }
  const { linkName: name, linkState } = sender
  if (linkState === 'removed') {
    const problem = new Problem('link.not-usable', { state: 'removed' })
    found.push(finding('error', problem, 'choose-channel'))
  }
  if (linkState === 'needs-attention') {
    found.push(finding('warning', new Problem('link.needs-attention', { name }), 'mend-channel'))
  }
  if (linkState === 'paused') {
    found.push(finding('warning', new Problem('link.paused', { name }), 'choose-channel'))
  }
  if (sender.isRefused) {
    const problem = new Problem('identity.not-permitted', { name, address: sender.address })
    found.push(finding('warning', problem, 'choose-channel'))
  }
  return found
}

function fixOf(problem: Problem): Finding['fix'] {
  if (problem.code === 'identity.none') return 'make-identity'
  return problem.code === 'not-found' && problem.params.what === 'identity'
    ? 'choose-identity'
    : 'choose-channel'
}
