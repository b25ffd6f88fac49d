import { Problem, type RecipientView } from '@fairlead/contract'
import { type DayLimit, readDayLimits } from '../channels/day-limits.ts'
import { showRoundTrip } from '../links/read-round-trips.ts'
import { textOf } from '../mail/render-message.ts'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import { showId } from '../platform/ids.ts'
import type { FoundSender, SenderChoice } from './choose-sender.ts'
import { readRecipientTexts } from './draft-recipients.ts'
import { readDraftRow, requireDraft, type WhichEmail } from './draft-row.ts'
import { senderChoice } from './find-in-sender.ts'
import { lookAhead, type Sight, type SightParts } from './look-ahead.ts'
import { placeSignature } from './place-signature.ts'
import { htmlOf } from './read-draft.ts'
import { recommendChannel, showChoices } from './recommend-channel.ts'
import { sanitiseHtml } from './sanitise-html.ts'

/** The card for an identity and a delivery channel, without a text. Problems: identity.none, link.none, not-found. */
export async function previewSender(
  db: Db,
  choice: SenderChoice & { readonly recipients: readonly string[] },
  parts: SightParts,
): Promise<RecipientView> {
  const sight = await lookAhead(db, choice, { recipients: choice.recipients, parts })
  return viewOf(sight, { limit: await limitOf(db, choice, sight), html: null })
}

/** The card for a draft, with the text that its recipients get. Problems as above, and draft.not-a-draft. */
export async function previewDraft(db: Db, which: WhichEmail, parts: SightParts): Promise<RecipientView> {
  const { row, recipients } = await asWeb(db, which.workspaceId, async tx => {
    const found = await readDraftRow(tx, which, { isLocked: false })
    requireDraft(found)
    const { to, cc, bcc } = await readRecipientTexts(tx, which)
    return { row: found, recipients: [...to, ...cc, ...bcc] }
  })
  const sight = await lookAhead(db, senderChoice(which, row), { recipients, parts })
  return viewOf(sight, {
    limit: await limitOf(db, which, sight),
    html: placeSignature(htmlOf(row), sight.sender.signatureHtml),
  })
}

/** The provider's limit that the email would come nearest to, on the chosen delivery channel; null: it has none. */
async function limitOf(
  db: Db,
  { workspaceId }: Pick<SenderChoice, 'workspaceId'>,
  { choices }: Sight,
): Promise<DayLimit | null> {
  const chosen = choices.find(one => one.isChosen)
  if (chosen?.traits.limits === undefined) return null
  const { linkId, traits } = chosen
  const all = await asWeb(db, workspaceId, tx => readDayLimits(tx, { workspaceId, linkId }, traits))
  return all.toSorted((a, b) => a.left - b.left)[0] ?? null
}

function viewOf(
  sight: Sight,
  { limit, html }: { readonly limit: DayLimit | null; readonly html: string | null },
): RecipientView {
  const { sender } = sight
  const chosen = sight.choices.find(one => one.isChosen)
  if (chosen === undefined) throw new Problem('link.none')
  return {
    identityId: showId('identity', sender.identityId),
    linkId: showId('link', sender.linkId),
    channel: sender.linkKind,
    ...chosen.seen,
    measured: chosen.measured && showRoundTrip(chosen.measured),
    choices: showChoices(sight),
    recommendation: recommendChannel(sight),
    quotaLeft: limit?.left ?? null,
    quota: limit && { counts: limit.counts, limit: limit.limit, left: limit.left },
    eta: etaOf(sender),
    signatureHtml: sanitiseHtml(sender.signatureHtml),
    html,
    text: html === null ? null : textOf(html),
  }
}

function etaOf({ linkState }: FoundSender): RecipientView['eta'] {
  const sentence = {
    ready: 'Leaves as soon as the time to undo is over.',
    'needs-attention': 'Waits until the delivery channel is mended.',
    paused: 'Waits until the delivery channel is resumed.',
    removed: 'Cannot leave: the delivery channel was removed.',
  }[linkState]
  return { at: null, sentence }
}
