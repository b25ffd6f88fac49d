import type { Behaviour } from './behaviour.ts'
import { answerWhileAway, bounceLater, complain, replyInPerson, warnOfDelay } from './sequels.ts'

/** One row per special recipient; everybody else takes the mail and says nothing more. */
export const behaviours: readonly Behaviour[] = [
  {
    localPart: 'missing',
    says: 'No such mailbox: refused at RCPT with 550, in the words of the domain’s provider.',
    source: 'RFC 3463 X.1.1; https://support.google.com/a/answer/3726730',
    refusal: 'missing',
  },
  {
    localPart: 'full',
    says: 'Mailbox over quota: refused at RCPT with 552 5.2.2.',
    source: 'RFC 3463 X.2.2; https://support.google.com/a/answer/3726730',
    refusal: 'full',
  },
  {
    localPart: 'refuse',
    says: 'Blocked by policy: refused at RCPT with 5.7.1. The fault is the sender’s standing, not the address.',
    source: 'RFC 3463 X.7.1; https://support.google.com/a/answer/3726730',
    refusal: 'refuse',
  },
  {
    localPart: 'greylist',
    says: 'Greylisted: deferred with 450 on the first try from a return-path host, taken on a later one.',
    source: 'RFC 6647; https://postgrey.schweikert.ch/',
    isGreylisted: true,
  },
  {
    localPart: 'slow',
    says: 'Answers RCPT, DATA and the final dot after seconds each, then takes the mail.',
    source: 'RFC 5321 §4.5.3.2',
    isSlow: true,
  },
  {
    localPart: 'cut-after-data',
    says: 'Reads the message to its end and hangs up without an answer; it was taken all the same.',
    source: 'RFC 1047',
    cuts: true,
  },
  {
    localPart: 'bounce-later',
    says: 'Takes the mail and returns it moments later, in the form of the domain’s provider.',
    source: 'RFC 3464; https://www.postfix.org/bounce.5.html',
    sequel: bounceLater,
  },
  {
    localPart: 'delay',
    says: 'Takes the mail, warns that it waits, and delivers it in the end.',
    source: 'RFC 3464 §2.3.3; https://www.postfix.org/bounce.5.html',
    sequel: warnOfDelay,
  },
  {
    localPart: 'complain',
    says: 'Takes the mail and reports it as spam to fbl@ the return-path host; from Gmail no report comes.',
    source: 'RFC 5965; https://senders.yahooinc.com/complaint-feedback-loop/',
    sequel: complain,
  },
  {
    localPart: 'autoreply',
    says: 'Takes the mail and answers by itself that the person is away.',
    source: 'RFC 3834; RFC 5230',
    sequel: answerWhileAway,
  },
  {
    localPart: 'reply',
    says: 'Takes the mail, and a person replies.',
    source: 'RFC 5322 §3.6.4',
    sequel: replyInPerson,
  },
]

const byLocalPart = new Map(behaviours.map(behaviour => [behaviour.localPart, behaviour]))

/** The behaviour of an address, if it is special. */
export function behaviourOf(address: string): Behaviour | undefined {
  const local = address.slice(0, address.lastIndexOf('@')).toLowerCase()
  return byLocalPart.get(local.split('+', 1)[0] ?? local)
}
