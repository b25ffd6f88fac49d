import { feedbackReport, junkMailReport } from '../letters/complaint.ts'
import { exchangeBounce } from '../letters/exchange-report.ts'
import { gmailBounce } from '../letters/gmail-report.ts'
import { exchangeAwayNote, personalReply, vacationNote } from '../letters/personal.ts'
import { postfixBounce, postfixDelay, postfixSuccess } from '../letters/postfix-report.ts'
import type { Flavour } from '../zone/providers.ts'
import type { Incoming, Letter, Sequel } from './behaviour.ts'

type Write = (incoming: Incoming) => Letter | undefined

const byFlavour =
  (writers: Partial<Record<Flavour, Write>> & { postfix: Write }): Write =>
  incoming =>
    (writers[incoming.flavour] ?? writers.postfix)(incoming)

/** Notices go nowhere without a return path, and only where the sender wants that kind (RFC 3461 §4.1). */
const wanting =
  (kind: string, byDefault: boolean, write: Write): Write =>
  incoming => {
    const { notify } = incoming.recipient
    const isWanted = notify.length > 0 ? notify.includes(kind) : byDefault
    return isWanted && incoming.message.mailFrom !== '' ? write(incoming) : undefined
  }

/** Automatic mail is never answered automatically (RFC 3834 §2). */
const toPeople =
  (write: Write): Write =>
  incoming => {
    const { autoSubmitted, fromAddress } = incoming.head
    const isAutomatic = autoSubmitted !== '' && !autoSubmitted.startsWith('no')
    return incoming.message.mailFrom === '' || isAutomatic || !fromAddress ? undefined : write(incoming)
  }

const withReturnPath =
  (write: Write): Write =>
  incoming =>
    incoming.message.mailFrom === '' ? undefined : write(incoming)

export const bounceLater: Sequel = {
  after: 'bounceAfterMs',
  write: wanting(
    'FAILURE',
    true,
    byFlavour({ google: gmailBounce, microsoft: exchangeBounce, postfix: postfixBounce }),
  ),
}

export const warnOfDelay: Sequel = {
  after: 'delayNoticeAfterMs',
  write: wanting('DELAY', true, postfixDelay),
}

/** Gmail runs no feedback loop that names messages, so nothing comes from there. */
export const complain: Sequel = {
  after: 'complainAfterMs',
  write: withReturnPath(
    byFlavour({ google: () => undefined, microsoft: junkMailReport, postfix: feedbackReport }),
  ),
}

export const answerWhileAway: Sequel = {
  after: 'autoreplyAfterMs',
  write: toPeople(byFlavour({ microsoft: exchangeAwayNote, postfix: vacationNote })),
}

export const replyInPerson: Sequel = { after: 'replyAfterMs', write: toPeople(personalReply) }

/** What every recipient without a sequel of its own does: it tells of success where the sender asked for that. */
export const confirmDelivery: Sequel = {
  after: 'delayNoticeAfterMs',
  write: wanting('SUCCESS', false, postfixSuccess),
}
