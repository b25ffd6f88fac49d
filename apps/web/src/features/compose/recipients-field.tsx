import { msg } from '@lingui/core/macro'
import { useLingui as useCatalogue } from '@lingui/react'
import { Plural, useLingui } from '@lingui/react/macro'
import { type ReactNode, useEffect, useId, useRef } from 'react'
import { Icon } from '../../ui/icon.tsx'
import { Token } from '../../ui/token.tsx'
import { type AddressFault, addressFault, readRecipient } from './recipient-text.ts'
import { SuggestionList } from './suggestion-list.tsx'
import { useRecipientBox } from './use-recipient-box.ts'

/** What a person reads about a wrong address; it follows the address and a colon. */
const faults: Readonly<Record<AddressFault, ReturnType<typeof msg>>> = {
  'no-at': msg`it has no @.`,
  'no-local-part': msg`there is nothing before the @.`,
  'no-domain': msg`there is nothing behind the @.`,
  'domain-incomplete': msg`the domain is incomplete, such as example instead of example.com.`,
  several: msg`it holds more than one @.`,
  characters: msg`it holds a character that may not stand there.`,
}

interface RecipientsFieldProps {
  readonly label: string
  readonly value: readonly string[]
  readonly onChange: (value: string[]) => void
  /** Has the focus when the page opens. */
  readonly isFirst?: boolean
  /** To the field's end: Cc and Bcc. */
  readonly aside?: ReactNode
}

// More than this and the page shows a number.
const mostShown = 60

/** Recipients as tokens: typed, chosen from those written to before, or pasted by the hundred. */
export function RecipientsField({ label, value, onChange, isFirst = false, aside }: RecipientsFieldProps) {
  const { t } = useLingui()
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (isFirst) input.current?.focus()
  }, [isFirst])
  const box = useRecipientBox(value, onChange)
  const hidden = value.length - mostShown
  return (
    <div className="cf">
      <label htmlFor={id}>{label}</label>
      <div className="relative">
        <div className="row wrap gap-1!">
          <Tokens value={value.slice(0, mostShown)} onRemove={box.remove} />
          {hidden > 0 && (
            <span className="meta">
              <Plural value={hidden} one="and # more" other="and # more" />
            </span>
          )}
          <input
            {...{ id, ref: input, value: box.text, autoComplete: 'off', spellCheck: false }}
            role="combobox"
            className="subj-in grow min-w-10 focus:min-w-24 font-normal!"
            placeholder={value.length === 0 ? t`Add people` : ''}
            aria-expanded={box.isOpen}
            aria-controls={`${id}-list`}
            aria-autocomplete="list"
            aria-activedescendant={box.at >= 0 ? `${id}-${box.at}` : undefined}
            onChange={({ currentTarget }) => box.type(currentTarget.value)}
            onKeyDown={box.onKeyDown}
            onPaste={box.onPaste}
            onFocus={() => box.setIsFocused(true)}
            onBlur={box.onBlur}
          />
        </div>
        {box.isOpen && (
          <SuggestionList
            id={`${id}-list`}
            optionId={id}
            people={box.people}
            at={box.at}
            onChoose={box.choose}
          />
        )}
        <Faults value={value} />
      </div>
      {aside}
    </div>
  )
}

interface TokensProps {
  readonly value: readonly string[]
  readonly onRemove: (at: number) => void
}

const Tokens = ({ value, onRemove }: TokensProps) =>
  value.map((text, at) => {
    const { name, address } = readRecipient(text)
    return (
      <Token
        key={text}
        name={name || address}
        address={address}
        isWrong={addressFault(text) !== null}
        onRemove={() => onRemove(at)}
      />
    )
  })

/** Each wrong address with what is wrong with it. */
function Faults({ value }: { readonly value: readonly string[] }) {
  const { _ } = useCatalogue()
  const wrong = value.flatMap(text => {
    const fault = addressFault(text)
    return fault === null ? [] : [{ text, fault }]
  })
  return (
    <div role="status">
      {wrong.slice(0, 5).map(({ text, fault }) => (
        <p key={text} className="row gap-1! text-meta text-bad">
          <Icon name="x" size="sm" />
          <span>
            {text}: {_(faults[fault])}
          </span>
        </p>
      ))}
    </div>
  )
}
