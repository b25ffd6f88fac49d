import type { ShownFinding } from '@fairlead/contract'
import { msg } from '@lingui/core/macro'
import { useLingui } from '@lingui/react'
import { Trans, useLingui as useMacro } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { usePlaces } from '../../shell/place.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'

type Fix = ShownFinding['fix']

/** What the button of a fix says; the rest is done where the problem stands, and says so itself. */
const fixWords: Readonly<Partial<Record<Fix, ReturnType<typeof msg>>>> = {
  'add-recipient': msg`Add a recipient`,
  'correct-address': msg`Correct it`,
  'remove-recipient': msg`Remove`,
  'write-subject': msg`Write a subject`,
  'write-text': msg`Write the text`,
  'fill-field': msg`Go to the text`,
  'remove-attachment': msg`Look at attachments`,
  'choose-identity': msg`Choose another identity`,
  'verify-identity': msg`Choose another identity`,
  'choose-channel': msg`Choose another channel`,
  'mend-channel': msg`Choose another channel`,
  'change-time': msg`Change the time`,
}

interface FindingsProps {
  readonly findings: readonly ShownFinding[]
  readonly isSendable: boolean
  readonly onFix: (finding: ShownFinding) => void
  readonly onChannel: (linkId: string) => void
  readonly onSendAnyway: () => void
  readonly onClose: () => void
}

/** Everything that stands in the way of sending, each with its fix; above the bar with Send. */
export function Findings({ findings, isSendable, onFix, onChannel, onSendAnyway, onClose }: FindingsProps) {
  const { t } = useMacro()
  return (
    <section className="findings" aria-label={t`Before it is sent`} role="alert">
      <div className="row">
        <b className="grow">
          {isSendable ? (
            <Trans>Have a look before it is sent</Trans>
          ) : (
            <Trans>This keeps the email from being sent</Trans>
          )}
        </b>
        {isSendable && (
          <Button size="sm" look="primary" onClick={onSendAnyway}>
            <Trans>Send anyway</Trans>
          </Button>
        )}
        <Button size="sm" look="ghost" icon="x" label={t`Close the list`} onClick={onClose} />
      </div>
      <ul className="col gap-2">
        {findings.map(finding => (
          <li key={`${finding.code}-${finding.sentence}`} className="row">
            <Icon
              name={finding.severity === 'error' ? 'x' : 'alert'}
              className={finding.severity === 'error' ? 'text-bad' : 'text-warn'}
            />
            <span className="grow min-w-0">{finding.sentence}</span>
            {finding.channels?.map(({ linkId, name }) => (
              <Button key={linkId} size="sm" onClick={() => onChannel(linkId)}>
                <Trans>Use {name}</Trans>
              </Button>
            ))}
            <FixButton finding={finding} onFix={onFix} />
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Fixes that are made on a page of their own, by how its path ends. */
const fixPages: Readonly<Partial<Record<Fix, string>>> = {
  'make-identity': '/identities',
  'verify-identity': '/identities',
  'mend-channel': '/channels',
}

function FixButton({ finding, onFix }: { readonly finding: ShownFinding } & Pick<FindingsProps, 'onFix'>) {
  const { _ } = useLingui()
  const end = fixPages[finding.fix]
  const page = usePlaces().find(({ to }) => end !== undefined && to.endsWith(end))
  if (page) {
    return (
      <Link to={page.to} className={buttonClass({ size: 'sm' })}>
        {_(page.label)}
      </Link>
    )
  }
  const words = fixWords[finding.fix]
  return words ? (
    <Button size="sm" onClick={() => onFix(finding)}>
      {_(words)}
    </Button>
  ) : null
}
