import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import type { DraftContent } from './draft-content.ts'
import { RecipientsField } from './recipients-field.tsx'

interface RecipientsProps {
  readonly content: DraftContent
  readonly onChange: (part: Partial<DraftContent>) => void
  readonly isFirst: boolean
}

/** To; Cc and Bcc once they are wanted. */
export function Recipients({ content, onChange, isFirst }: RecipientsProps) {
  const { t } = useLingui()
  const [wanted, setWanted] = useState<'cc' | 'bcc' | null>(null)
  const [hasCc, setHasCc] = useState(false)
  const [hasBcc, setHasBcc] = useState(false)
  const showsCc = hasCc || content.cc.length > 0
  const showsBcc = hasBcc || content.bcc.length > 0
  const aside = (
    <span className="row gap-1!">
      {!showsCc && (
        <Button
          {...{ look: 'ghost', size: 'sm', 'aria-label': t`Add Cc` }}
          onClick={() => {
            setHasCc(true)
            setWanted('cc')
          }}
        >
          <Trans>Cc</Trans>
        </Button>
      )}
      {!showsBcc && (
        <Button
          {...{ look: 'ghost', size: 'sm', 'aria-label': t`Add Bcc` }}
          onClick={() => {
            setHasBcc(true)
            setWanted('bcc')
          }}
        >
          <Trans>Bcc</Trans>
        </Button>
      )}
    </span>
  )
  return (
    <>
      <div data-field="to">
        <RecipientsField
          label={t`To`}
          value={content.to}
          onChange={to => onChange({ to })}
          {...{ isFirst, aside }}
        />
      </div>
      {showsCc && (
        <RecipientsField
          {...{ label: t`Cc`, value: content.cc, isFirst: wanted === 'cc', onChange: cc => onChange({ cc }) }}
        />
      )}
      {showsBcc && (
        <RecipientsField
          {...{
            label: t`Bcc`,
            value: content.bcc,
            isFirst: wanted === 'bcc',
            onChange: bcc => onChange({ bcc }),
          }}
        />
      )}
    </>
  )
}
