import type { LinkPace } from '@fairlead/contract'

/** The limits that a person sets, as they are typed; empty: no limit. */
export type PaceValues = Readonly<Record<PaceField, string>>
export type PaceField = Exclude<keyof LinkPace, 'spacingMs' | 'connections'>

/** The highest that the API takes of each. */
export const mostOf: Readonly<Record<PaceField, number>> = {
  batch: 1_000,
  everySeconds: 86_400,
  perMinute: 3_000,
  perDayMessages: 10_000_000,
  perDayRecipients: 10_000_000,
  perDayExternalRecipients: 10_000_000,
}

const typed = (limit: number | null): string => (limit === null ? '' : String(limit))

export function valuesOfPace(pace: LinkPace): PaceValues {
  return {
    ...{ batch: typed(pace.batch), everySeconds: typed(pace.everySeconds) },
    ...{ perMinute: typed(pace.perMinute), perDayMessages: typed(pace.perDayMessages) },
    perDayRecipients: typed(pace.perDayRecipients),
    perDayExternalRecipients: typed(pace.perDayExternalRecipients),
  }
}

/** A pace as typed; what the form does not show is kept as `before` has it. */
export function paceOf(values: PaceValues, before: LinkPace): LinkPace {
  const limit = (field: PaceField) => (values[field].trim() === '' ? null : Number(values[field]))
  return {
    ...before,
    ...{ batch: limit('batch'), everySeconds: limit('everySeconds') ?? before.everySeconds },
    ...{ perMinute: limit('perMinute'), perDayMessages: limit('perDayMessages') },
    perDayRecipients: limit('perDayRecipients'),
    perDayExternalRecipients: limit('perDayExternalRecipients'),
  }
}

/** May this be typed as that limit? */
export function isLimit(text: string, field: PaceField): boolean {
  const number = text.trim()
  if (number === '') return field !== 'everySeconds'
  return /^\d{1,8}$/.test(number) && Number(number) >= 1 && Number(number) <= mostOf[field]
}
