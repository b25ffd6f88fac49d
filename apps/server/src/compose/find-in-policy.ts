import { fill, Problem, passingSentences } from '@fairlead/contract'
import { domainOf } from '../mail/authentication/organisational-domain.ts'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import { showId } from '../platform/ids.ts'
import { readBeforeSend } from './before-send.ts'
import { readDraftRow, type WhichEmail } from './draft-row.ts'
import { senderChoice } from './find-in-sender.ts'
import type { Finding } from './finding.ts'
import { lookAhead, type SeenChoice, type SightParts } from './look-ahead.ts'

/**
 * What the From domain's DMARC policy would do to a draft (spec 5.4): a warning with the delivery channels that pass, an
 * error where the workspace says so. Reads DNS, so it stands outside of every transaction; what is not known yet warns
 * of nothing. A draft or sender that is not there is for the others to tell.
 */
export async function findInPolicy(db: Db, which: WhichEmail, parts: SightParts): Promise<Finding[]> {
  try {
    const { row, isBlocked } = await asWeb(db, which.workspaceId, async tx => ({
      row: await readDraftRow(tx, which, { isLocked: false }),
      isBlocked: (await readBeforeSend(tx, which.workspaceId)).blocksDmarcFailures,
    }))
    const { choices } = await lookAhead(db, senderChoice(which, row), { recipients: [], parts })
    const chosen = choices.find(one => one.isChosen)
    return chosen === undefined ? [] : findingsOf(chosen, { choices, isBlocked })
  } catch (error) {
    if (error instanceof Problem) return []
    throw error
  }
}

function findingsOf(
  chosen: SeenChoice,
  of: { readonly choices: readonly SeenChoice[]; readonly isBlocked: boolean },
): Finding[] {
  const { disposition } = chosen.seen.authentication.value.dmarc
  if (disposition === 'none') return []
  const passing = of.choices.filter(isPassing)
  const problem = new Problem(disposition === 'reject' ? 'dmarc.would-bounce' : 'dmarc.would-be-spam', {
    name: chosen.name,
    domain: domainOf(chosen.seen.from.address),
    passing: passingSentence(passing),
  })
  const channels = passing.map(({ linkId, name, kind }) => ({
    ...{ linkId: showId('link', linkId), name, channel: kind },
  }))
  return [{ severity: of.isBlocked ? 'error' : 'warning', problem, fix: 'choose-channel', channels }]
}

/** Works now, and DMARC is known not to stand in its way. */
const isPassing = ({ isChosen, state, seen }: SeenChoice): boolean =>
  !isChosen && state === 'ready' && ['pass', 'none'].includes(seen.authentication.value.dmarc.result)

function passingSentence(passing: readonly SeenChoice[]): string {
  const names = passing.map(one => one.name).join(', ')
  return names === '' ? passingSentences.none : fill(passingSentences.some, { names })
}
