import {
  differenceSentences,
  fill,
  type MeasuredMail,
  noSignature,
  type RoundTripTopic,
} from '@fairlead/contract'

/** What the card said of a message before it was sent; null: it said that this is not known. */
export interface PredictedMail {
  readonly from: string
  readonly spf: { readonly domain: string; readonly result: string } | null
  /** d= of the signatures that verify. */
  readonly dkim: readonly string[] | null
  readonly dmarc: 'pass' | 'fail' | 'none' | null
}

export interface MailDifference {
  readonly topic: RoundTripTopic
  readonly predicted: string
  readonly measured: string
}

/**
 * Where what arrived is not what the card said. What was not predicted, could not be measured, or hung on a look-up that
 * failed (temperror, RFC 8601 §2.7) is no difference. Pure.
 */
export function differencesOf(predicted: PredictedMail, measured: MeasuredMail): MailDifference[] {
  return [
    ...fromDifference(predicted, measured),
    ...spfDifference(predicted, measured),
    ...dkimDifference(predicted, measured),
    ...dmarcDifference(predicted, measured),
  ]
}

/** The difference in English. */
export function differenceSentence({ topic, predicted, measured }: MailDifference): string {
  return fill(differenceSentences[topic], { predicted, measured })
}

const isUnsure = (result: string): boolean => result === 'temperror'

function fromDifference({ from }: PredictedMail, measured: MeasuredMail): MailDifference[] {
  const seen = measured.from ?? ''
  return seen.toLowerCase() === from.toLowerCase() ? [] : [{ topic: 'from', predicted: from, measured: seen }]
}

function spfDifference({ spf }: PredictedMail, measured: MeasuredMail): MailDifference[] {
  if (spf === null || measured.spf === null || isUnsure(measured.spf.result)) return []
  return differ(
    'spf',
    `${spf.result} (${spf.domain.toLowerCase()})`,
    `${measured.spf.result} (${measured.spf.domain.toLowerCase()})`,
  )
}

function dkimDifference({ dkim }: PredictedMail, measured: MeasuredMail): MailDifference[] {
  if (dkim === null || measured.dkim.some(one => isUnsure(one.result))) return []
  const valid = measured.dkim.filter(one => one.result === 'pass').map(one => one.domain)
  return differ('dkim', namesOf(dkim), namesOf(valid))
}

function dmarcDifference({ dmarc }: PredictedMail, measured: MeasuredMail): MailDifference[] {
  if (dmarc === null || measured.dmarc === null || isUnsure(measured.dmarc.result)) return []
  return differ('dmarc', dmarc, measured.dmarc.result)
}

const differ = (topic: RoundTripTopic, predicted: string, measured: string): MailDifference[] =>
  predicted === measured ? [] : [{ topic, predicted, measured }]

/** Two signatures of one domain are one name. */
function namesOf(domains: readonly string[]): string {
  const names = [...new Set(domains.map(domain => domain.toLowerCase()))].toSorted()
  return names.length > 0 ? names.join(', ') : noSignature
}
