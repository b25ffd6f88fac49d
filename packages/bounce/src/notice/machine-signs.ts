import { field } from '../mail/headers.ts'
import type { Notice } from './notice.ts'

/** Parts of a From header (lower case) that programs use and people do not. */
export const machineSenders: readonly string[] = [
  'mailer-daemon',
  'mailerdaemon',
  'mailer_daemon',
  'mail-daemon',
  'maildaemon',
  'mdaemon',
  'mailer daemon',
  'daemon@',
  'postmaster',
  'poostmaster',
  'post_master',
  'post.master',
  'mail deliver',
  'delivery subsystem',
  'mail system',
  'mailsystem',
  'system administrator',
  'systemadministrator',
  'mail administrator',
  'interscan',
  'pmdf',
  'microsoft outlook',
  'microsoftexchange',
  'microsoft exchange',
  'sysadmin@',
  'bounce@',
  'bounces@',
  'undeliver',
  'mta@',
  'mailer@',
  '_smtp_',
  'smtp@',
]

/** Senders that write for machines of every kind; alone they prove nothing. */
const unattended = ['no-reply', 'noreply', 'no_reply', 'do-not-reply', 'donotreply', '-admin@']

/** Subjects (lower case) under which systems report failures. */
export const failureSubjects: readonly string[] = [
  'undeliver',
  'delivery status',
  'delivery fail',
  'delivery notification',
  'delivery report',
  'delivery problem',
  'delivery error',
  'delivery has failed',
  'delivery delayed',
  'delivery incomplete',
  'failure delivery',
  'failure notice',
  'failed mail',
  'failed delivery',
  'failed to deliver',
  'returned mail',
  'returned to sender',
  'returning to sender',
  'mail failed',
  'returning message',
  'mail failure',
  'mail system error',
  'mail error',
  'mail delivery',
  'message status',
  'not delivered',
  'non-deliver',
  'nondeliver',
  'could not be delivered',
  'could not send',
  'there was an error sending your mail',
  'loop alert',
  'message you sent blocked',
  'in mail from you',
  'apparently from you',
  'user unknown',
  'permanent delivery',
  '[bounce]',
  'unzustellbar',
  'nicht zugestellt',
  'nicht zustellbar',
  'zustellfehler',
  'zustellung fehlgeschlagen',
  'nondistribuable',
  'avviso di mancato recapito',
  'ikke levert',
  'kan ikke leveres',
  'nedoručiteln',
  'teslim edilemedi',
  '반송',
  'non remis',
  'échec de la remise',
  'no se puede entregar',
  'no entregado',
  'non recapitabile',
  'não entregue',
  'niedostarcz',
  'onbestelbaar',
  'kan inte levereras',
  'не доставлено',
  'недоставлен',
  '配信不能',
  '未送達',
  '退信',
  '无法投递',
  '無法傳遞',
  '배달되지 않음',
]

const answered =
  /^\s*(?:re|fwd?|fw|aw|wg|tr|rv|sv|vs|enc|i|r|odp|pd|ynt|回复|转发|回覆|轉寄|返信|転送)\s*(?:\[\d+\])?\s*[:：]/i

/** Whether a subject says that a person answers or forwards. */
export const isAnswerOrForward = (subject: string): boolean => answered.test(subject)

/** Whether the headers say that a delivery system wrote this, and not a person or a newsletter. */
export function isFromMachine(notice: Notice): boolean {
  const { headers, from } = notice
  if (notice.type === 'multipart/report') return true
  if (machineSenders.some(one => from.includes(one))) return true
  if (field(headers, 'x-failed-recipients') !== '') return true
  // fml, the list server, answers as its own administrator.
  if (from.includes('-admin@') && field(headers, 'x-mlserver') !== '') return true
  if (from.trim() === '' || from.includes('<>')) return true
  return field(headers, 'return-path').replace(/\s/g, '') === '<>' && !isAnswerOrForward(notice.subject)
}

/** Senders that no person and no newsletter uses. */
const daemon = /daemon/

/** Whether nothing but a delivery system sends so: a report by its type, a null return path, a daemon's name. */
export function isSurelyMachine(notice: Notice): boolean {
  const { headers, from } = notice
  if (notice.type === 'multipart/report' || field(headers, 'x-failed-recipients') !== '') return true
  if (daemon.test(from) || from.trim() === '' || from.includes('<>')) return true
  return field(headers, 'return-path').replace(/\s/g, '') === '<>' && !isAnswerOrForward(notice.subject)
}

/** Whether a person's office sends so as well (postmaster), and here answers, or writes to a list. */
export function isOfficeTalking(notice: Notice): boolean {
  if (isSurelyMachine(notice)) return false
  return (
    isAnswerOrForward(notice.subject) ||
    ['list-id', 'list-post', 'list-unsubscribe'].some(name => field(notice.headers, name) !== '')
  )
}

/** Mail of lists, and answers to mail: written by people, or about what people wrote. */
function isConversation(notice: Notice): boolean {
  const { headers } = notice
  if (isAnswerOrForward(notice.subject)) return true
  return ['list-id', 'list-post', 'list-unsubscribe', 'in-reply-to', 'references'].some(
    name => field(headers, name) !== '',
  )
}

/**
 * Whether words about failed delivery may be believed. People quote bounces word by word, under the same
 * subject: only a delivery system is believed, or a sender who is no person and writes on its own account.
 */
export function mayReportFailure(notice: Notice): boolean {
  if (isFromMachine(notice)) return true
  if (isConversation(notice)) return false
  const auto = field(notice.headers, 'auto-submitted').toLowerCase()
  return (auto !== '' && auto !== 'no') || unattended.some(one => notice.from.includes(one))
}
