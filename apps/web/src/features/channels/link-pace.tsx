import type { Link, ShownPace } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type UseFormReturn, useForm } from 'react-hook-form'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { problemSentence } from '../../api/problem-sentence.ts'
import { useSubmit } from '../../forms/submit.ts'
import { useShownTime } from '../../i18n/shown-time.ts'
import { Button } from '../../ui/button.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { Note } from '../../ui/note.tsx'
import { toast } from '../../ui/toast.tsx'
import { isLimit, mostOf, type PaceField, type PaceValues, paceOf, valuesOfPace } from './pace-values.ts'

const keyOf = (link: Link) => [...keys.links, 'pace', link.id]

/** How fast a channel hands over, for whoever may change it. */
export function PaceOfLink({ link }: { readonly link: Link }) {
  const { data, error } = useQuery({
    queryKey: keyOf(link),
    queryFn: ({ signal }) => api.links.pace({ id: link.id }, { signal }),
    enabled: link.mayChange && link.state !== 'removed',
  })
  if (!error && !data) return null
  return (
    <section aria-labelledby="pace-of-link">
      <h3 className="mb-2" id="pace-of-link">
        <Trans>Pace</Trans>
      </h3>
      {error && <Note tone="bad">{problemSentence(error)}</Note>}
      {data && <Standing shown={data} />}
      {data && <PaceForm link={link} shown={data} />}
    </section>
  )
}

/** What keeps the channel slower than it is set, for now. */
function Standing({ shown: { slowedBy, restsUntil } }: { readonly shown: ShownPace }) {
  const { i18n } = useLingui()
  const { moment } = useShownTime()
  const rests = restsUntil && moment(new Date(restsUntil))
  const share = i18n.number(1 / slowedBy, { style: 'percent', maximumFractionDigits: 0 })
  return (
    <>
      {rests && (
        <Note tone="warn">
          <Trans>The far side asked for a pause until {rests}. Mail waits.</Trans>
        </Note>
      )}
      {slowedBy > 1 && (
        <Note tone="warn">
          <Trans>
            The far side asked for slower sending, so Fairlead keeps to {share} of this pace. It recovers by
            itself.
          </Trans>
        </Note>
      )}
    </>
  )
}

function PaceForm({ link, shown }: { readonly link: Link; readonly shown: ShownPace }) {
  const { t } = useLingui()
  const client = useQueryClient()
  const form = useForm<PaceValues>({ defaultValues: valuesOfPace(shown.pace) })
  const { name } = link
  const set = async (pace: ShownPace['pace'] | null) => {
    const saved = await api.links.setPace({ id: link.id, pace })
    client.setQueryData(keyOf(link), saved)
    form.reset(valuesOfPace(saved.pace))
    // What waits leaves at other times now.
    await client.invalidateQueries({ queryKey: keys.conversations })
    toast({ text: t`${name} keeps to the new pace.` })
  }
  const { submit, failure } = useSubmit(form, values => set(paceOf(values, shown.pace)))
  const reset = useSubmit(form, () => set(null))
  const { isDirty, isSubmitting } = form.formState
  return (
    <form className="col gap-3" onSubmit={submit} noValidate>
      <p className="meta">
        <Trans>What is over a limit waits and leaves later. Left empty, there is no such limit.</Trans>
      </p>
      {(failure ?? reset.failure) && <Note tone="bad">{failure ?? reset.failure}</Note>}
      <div className="grid grid-cols-2 gap-3">
        <Limit {...{ form, field: 'batch', label: t`Emails at a time` }} />
        <Limit {...{ form, field: 'everySeconds', label: t`Every so many seconds` }} />
        <Limit {...{ form, field: 'perMinute', label: t`Emails a minute` }} />
        <Limit {...{ form, field: 'perDayMessages', label: t`Emails in 24 hours` }} />
        <Limit {...{ form, field: 'perDayRecipients', label: t`Recipients in 24 hours` }} />
        <Limit
          {...{ form, field: 'perDayExternalRecipients', label: t`Of them outside your organisation` }}
        />
      </div>
      <div className="row wrap">
        <Button type="submit" isBusy={isSubmitting} {...(isDirty ? { look: 'primary' as const } : {})}>
          <Trans>Save the pace</Trans>
        </Button>
        {!shown.isDefault && (
          <Button look="ghost" onClick={event => reset.submit(event)}>
            <Trans>Back to the usual pace</Trans>
          </Button>
        )}
      </div>
    </form>
  )
}

interface LimitProps {
  readonly form: UseFormReturn<PaceValues>
  readonly field: PaceField
  readonly label: string
}

function Limit({ form, field, label }: LimitProps) {
  const { t, i18n } = useLingui()
  const most = i18n.number(mostOf[field])
  const validate = (text: string) => isLimit(text, field) || t`A whole number from 1 to ${most}.`
  return (
    <Field label={label} error={form.formState.errors[field]?.message}>
      <Input className="num" inputMode="numeric" autoComplete="off" {...form.register(field, { validate })} />
    </Field>
  )
}
