import type { Link } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { Field, Select } from '../../ui/field.tsx'
import { Icon } from '../../ui/icon.tsx'
import { RecipientCard } from '../../ui/recipient-card.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'

interface OtherChannelProps {
  readonly others: readonly Link[]
  readonly value: string
  readonly onChange: (id: string) => void
}

/** A choice of delivery channel, and what recipients see with it. */
export function OtherChannel({ others, value, onChange }: OtherChannelProps) {
  const { t } = useLingui()
  return (
    <div className="col gap-3">
      <Field label={t`Delivery channel`}>
        <Select value={value} onChange={event => onChange(event.target.value)}>
          {others.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      {value && <Seen linkId={value} />}
    </div>
  )
}

function Seen({ linkId }: { readonly linkId: string }) {
  const { data: view, error } = useQuery({
    queryKey: [...keys.links, 'preview', undefined, linkId],
    queryFn: ({ signal }) => api.previews.preview({ linkId }, { signal }),
  })
  if (error) return null
  if (!view) return <Skeleton width={70} />
  const { name, address, via } = view.gmail.value
  const isAsChosen = via === null && !view.isSwapped
  return (
    <section>
      <p className="meta mb-2">
        <Trans>What your recipients will see</Trans>
      </p>
      <RecipientCard
        {...{ client: 'gmail', name, address, via }}
        isViaMarked={via !== null}
        isAddressMarked={view.isSwapped}
      >
        <p className={`row items-start! ${isAsChosen ? 'text-ok' : 'text-warn'}`}>
          <Icon name={isAsChosen ? 'check' : 'alert'} size="sm" className="mt-1" />
          <span>{view.gmail.sentence}</span>
        </p>
      </RecipientCard>
    </section>
  )
}
