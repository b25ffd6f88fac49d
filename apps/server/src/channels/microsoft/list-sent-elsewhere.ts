import type { SentElsewhere } from '../channel.ts'
import { sentElsewhere } from '../sent-elsewhere.ts'
import { isGone } from '../with-token.ts'
import type { GraphApi, GraphSent } from './graph-api.ts'
import { markerProperty } from './receipt.ts'

export interface SentPage {
  readonly mails: readonly SentElsewhere[]
  /** Where the next call goes on; undefined: from when it is made. */
  readonly link: string | undefined
  readonly isMore: boolean
}

/** Graph keeps whole seconds. */
export const isoSecond = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')

/** Our clock and Microsoft's may differ by so much. */
const clockMs = 300_000

/**
 * One page of what was put into Sent Items without a mark of ours. It only counts, so what goes wrong here stops
 * nothing: the page is asked for again, and a delta that is too old (410) begins anew from now, for mail that is
 * counted twice makes other mail wait.
 */
export async function listSentElsewhere(
  api: GraphApi,
  from: { readonly account: string; readonly sent?: string | undefined; readonly seenAt?: string },
): Promise<SentPage> {
  const page = await api.sentDelta(from.sent ?? null, isoSecond(Date.now()))
  if (page.is === 'trouble') {
    const isLost = 'answer' in page.trouble && page.trouble.answer.status === 410
    return { mails: [], link: isLost ? undefined : from.sent, isMore: false }
  }
  const mails: SentElsewhere[] = []
  for (const { id, '@removed': removed } of page.value.value) {
    if (removed !== undefined) continue
    const mail = await api.sent(id, markerProperty)
    if (mail.is === 'ok') mails.push(...countedOf(mail.value, from))
    else if (!isGone(mail.trouble)) return { mails: [], link: from.sent, isMore: false }
  }
  const next = page.value['@odata.nextLink']
  return { mails, link: next ?? page.value['@odata.deltaLink'], isMore: next !== undefined }
}

/** An old mail that was moved into the folder was not sent now. */
function countedOf(
  mail: GraphSent,
  { account, seenAt }: { account: string; seenAt?: string },
): SentElsewhere[] {
  const at = new Date(mail.sentDateTime ?? Number.NaN)
  const since = seenAt === undefined ? 0 : Date.parse(seenAt) - clockMs
  const isOurs = (mail.singleValueExtendedProperties ?? []).length > 0
  if (isOurs || mail.isDraft || !(at.getTime() >= since)) return []
  const people = [...mail.toRecipients, ...mail.ccRecipients, ...mail.bccRecipients]
  return [sentElsewhere(account, { at, to: people.flatMap(one => one.emailAddress.address ?? []) })]
}
