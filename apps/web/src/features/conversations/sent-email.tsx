import type { ThreadEmail } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { Icon } from '../../ui/icon.tsx'
import { SafeFrame } from '../../ui/safe-frame.tsx'

/** The email as it was sent, or as it is written so far. */
export function SentEmail({ email }: { readonly email: ThreadEmail }) {
  const { t } = useLingui()
  const from = email.from && `${email.from.name} <${email.from.address}>`
  const { html, text } = email.body
  return (
    <section aria-label={t`The email`}>
      <div className="sec-h">
        <h3>
          <Trans>Email</Trans>
        </h3>
        {from && (
          <span className="meta push ell">
            {email.releasedAt ? <Trans>Sent as {from}</Trans> : <Trans>From {from}</Trans>}
          </span>
        )}
      </div>
      <Recipients email={email} />
      {html ? (
        <SafeFrame look="frame" title={t`The email`} html={html} />
      ) : (
        <div className="read whitespace-pre-wrap break-words">{text}</div>
      )}
      {email.attachments.length > 0 && (
        <ul className="row wrap mt-3">
          {email.attachments.map(({ filename, bytes }) => (
            <li key={`${filename} ${bytes}`} className="meta row gap1">
              <Icon name="attach" size="sm" />
              {filename}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Recipients({ email: { recipients } }: { readonly email: ThreadEmail }) {
  if (recipients.length < 2) return null
  const said = recipients.map(({ name, address }) => (name ? `${name} <${address}>` : address)).join(', ')
  return (
    <p className="meta mb-2 break-words">
      <Trans>To {said}</Trans>
    </p>
  )
}
