import { type ChannelKind, Problem, type RecipientView } from '@fairlead/contract'
import type { ChannelTraits } from '../channels/channel.ts'
import { textOf } from '../mail/render-message.ts'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import { showId } from '../platform/ids.ts'
import { type FoundSender, findSender, type SenderChoice } from './choose-sender.ts'
import { readDraftRow, requireDraft, type WhichEmail } from './draft-row.ts'
import { senderChoice } from './find-in-sender.ts'
import { placeSignature } from './place-signature.ts'
import { htmlOf } from './read-draft.ts'
import { sanitiseHtml } from './sanitise-html.ts'
import { whatRecipientsSee } from './what-recipients-see.ts'

export interface PreviewParts {
  /** Facts about a link; null: this installation has no such channel any more. */
  traitsOf(link: { readonly kind: ChannelKind; readonly settings: unknown }): ChannelTraits | null
  readonly mailDomain: string
  readonly returnPathHost: string
}

/** The card for an identity and a delivery channel, without a text. Problems: identity.none, link.none, not-found. */
export function previewSender(db: Db, choice: SenderChoice, parts: PreviewParts): Promise<RecipientView> {
  return asWeb(db, choice.workspaceId, async tx => viewOf(await findSender(tx, choice), null, parts))
}

/** The card for a draft, with the text that its recipients get. Problems as above, and draft.not-a-draft. */
export function previewDraft(db: Db, which: WhichEmail, parts: PreviewParts): Promise<RecipientView> {
  return asWeb(db, which.workspaceId, async tx => {
    const row = await readDraftRow(tx, which, { isLocked: false })
    requireDraft(row)
    const sender = await findSender(tx, senderChoice(which, row))
    return viewOf(sender, placeSignature(htmlOf(row), sender.signatureHtml), parts)
  })
}

function viewOf(sender: FoundSender, html: string | null, parts: PreviewParts): RecipientView {
  const traits = parts.traitsOf({ kind: sender.linkKind, settings: sender.linkSettings })
  if (traits === null) throw new Problem('link.none')
  return {
    identityId: showId('identity', sender.identityId),
    linkId: showId('link', sender.linkId),
    channel: sender.linkKind,
    ...whatRecipientsSee({
      identity: { name: sender.name, address: sender.address },
      accountAddress: null,
      traits,
      isSignedByPlatform: traits.returnPath === 'ours',
      mailDomain: parts.mailDomain,
      returnPathHost: parts.returnPathHost,
    }),
    quotaLeft: null,
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
