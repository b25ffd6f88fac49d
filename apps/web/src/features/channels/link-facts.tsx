import type { Link } from '@fairlead/contract'
import { Trans } from '@lingui/react/macro'
import { useShownTime } from '../../i18n/shown-time.ts'
import { OwnerOf, signInOf } from './link-names.tsx'

/** Whose it is, where it signs in, and what was seen of bounces and of the mailbox. */
export function LinkFacts({ link }: { readonly link: Link }) {
  const { bounceProof, kind } = link
  const signsIn = signInOf(link)
  return (
    <dl className="kv">
      <dt>
        <Trans>Belongs to</Trans>
      </dt>
      <dd>
        <OwnerOf link={link} />
      </dd>
      {signsIn && (
        <>
          <dt>
            <Trans>Signs in</Trans>
          </dt>
          <dd className="wrap-anywhere">{signsIn}</dd>
        </>
      )}
      <dt>
        <Trans>Bounces</Trans>
      </dt>
      <dd>{bounceProof.sentence}</dd>
      {kind !== 'managed' && (
        <>
          <dt>
            <Trans>Mailbox</Trans>
          </dt>
          <dd>
            <Mailbox link={link} />
          </dd>
        </>
      )}
    </dl>
  )
}

/** Does Fairlead look for replies or bounces in the channel's own mailbox? */
export const willBeWatched = (card: Link['card']): boolean =>
  card.some(({ topic, value }) => (topic === 'replies' || topic === 'bounces') && value === 'mailbox')

function Mailbox({ link: { mailbox, state, card } }: { readonly link: Link }) {
  const { moment } = useShownTime()
  const seenAt = mailbox.lookedAt && moment(new Date(mailbox.lookedAt))
  if (mailbox.state === 'not-watched')
    return state === 'ready' && willBeWatched(card) ? (
      <Trans>The first look comes within seconds</Trans>
    ) : (
      <Trans>Not watched</Trans>
    )
  if (mailbox.state === 'failing')
    return (
      <span className="text-bad">
        <Trans>Cannot be read.</Trans> {mailbox.reason?.sentence}
      </span>
    )
  return seenAt ? <Trans>Watched; last looked at {seenAt}</Trans> : <Trans>Watched</Trans>
}
