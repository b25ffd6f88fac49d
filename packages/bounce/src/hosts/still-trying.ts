import type { Notice } from '../notice/notice.ts'

/** Words by which a notice says that tries go on: a delay, not a failure. */
export const delayWords: readonly string[] = [
  'warning message only',
  'you do not need to resend',
  'will be retried',
  'no action is required on your part',
  'not yet been delivered',
  'delivery attempts will continue',
  'has been delayed',
  'is delayed for',
  'delivery is delayed',
  'will continue to try',
  'will keep trying',
  'will keep being sent',
  'still trying to deliver',
  'advisory-only email',
  'this is just a warning',
  'will try again',
  'message is still in the queue',
  'could not send mail for past',
]

/** Words by which it says, perhaps beside some of those, that it gave up. */
export const finalWords: readonly string[] = [
  'giving up',
  "i've given up",
  'this is a permanent error',
  'failed permanently',
  'permanent fatal errors',
  'no further delivery attempts',
  'will not continue trying',
]

/** Words by which it says that all went well. */
export const successWords: readonly string[] = [
  'was successfully delivered to the destination',
  'successful mail delivery report',
  'was successfully relayed',
]

/** Whether a notice in free words tells of success (Postfix on request, sendmail's return receipts). */
export function saysItArrived(notice: Notice): boolean {
  const said = `${notice.lowerSubject}\n${notice.lowerText}`
  return successWords.some(words => said.includes(words))
}

/** Whether a notice in free words is a warning and its mail still on the way. */
export function saysItGoesOn(notice: Notice): boolean {
  const said = `${notice.lowerSubject}\n${notice.lowerText}`
  if (!delayWords.some(words => said.includes(words))) return false
  return !finalWords.some(words => notice.lowerText.includes(words))
}
