import type { SmtpCommand } from '../notice/notice.ts'
import type { ReasonCode } from './list.ts'

/** Statuses so exact that they are heard before any words. */
export const plainStatusReasons: Readonly<Record<string, ReasonCode>> = {
  'x.1.6': 'recipient.moved',
  'x.4.7': 'transport.expired',
  'x.7.28': 'rate.speed',
  'x.1.8': 'policy.sender-rejected',
  'x.1.7': 'policy.sender-rejected',
  'x.7.20': 'auth.failed',
  'x.7.21': 'auth.failed',
  'x.7.22': 'auth.failed',
  'x.7.23': 'auth.failed',
  'x.7.24': 'auth.failed',
  'x.7.25': 'reputation.no-ptr',
  'x.7.26': 'auth.failed',
  'x.7.27': 'auth.failed',
  'x.7.29': 'auth.failed',
  'x.6.7': 'transport.smtputf8',
}

/**
 * What an enhanced status means when the words beside it say nothing (RFC 3463, the IANA registry of
 * enhanced status codes, RFC 7372, RFC 7505, RFC 8689). Key: `class.subject.detail`, or `x.subject.detail`
 * where class 4 and 5 mean the same.
 */
export const statusReasons: Readonly<Record<string, ReasonCode>> = {
  'x.1.1': 'recipient.unknown',
  '5.1.2': 'domain.unknown',
  '4.1.2': 'transport.network',
  'x.1.3': 'recipient.unknown',
  'x.1.4': 'recipient.filtered',
  'x.1.9': 'system.error',
  'x.1.10': 'domain.no-mail',
  '5.2.1': 'mailbox.disabled',
  'x.2.2': 'quota.full',
  'x.2.3': 'size.recipient',
  'x.2.4': 'recipient.filtered',
  'x.3.1': 'system.full',
  'x.3.2': 'system.error',
  'x.3.3': 'system.error',
  'x.3.4': 'size.message',
  'x.3.5': 'system.error',
  'x.4.1': 'transport.expired',
  'x.4.2': 'transport.network',
  'x.4.3': 'system.error',
  'x.4.4': 'domain.unknown',
  'x.4.5': 'system.error',
  'x.4.6': 'transport.loop',
  'x.5.1': 'system.syntax',
  'x.5.2': 'system.syntax',
  'x.5.3': 'rate.limited',
  'x.5.4': 'system.syntax',
  'x.5.5': 'system.syntax',
  'x.6.1': 'content.rule',
  'x.6.2': 'content.rule',
  'x.6.3': 'content.rule',
  'x.6.4': 'content.rule',
  'x.6.5': 'content.rule',
  'x.6.6': 'content.rule',
  'x.6.9': 'transport.smtputf8',
  'x.7.2': 'recipient.filtered',
  'x.7.3': 'auth.security',
  'x.7.4': 'auth.security',
  'x.7.5': 'auth.security',
  'x.7.6': 'auth.security',
  'x.7.7': 'auth.security',
  'x.7.8': 'auth.security',
  'x.7.9': 'auth.security',
  'x.7.10': 'auth.tls',
  'x.7.11': 'auth.tls',
  'x.7.12': 'auth.security',
  'x.7.13': 'mailbox.disabled',
  'x.7.14': 'policy.rule',
  'x.7.17': 'recipient.moved',
  'x.7.18': 'recipient.moved',
  'x.7.30': 'auth.tls',
}

/** Statuses that say little: heard after vague words only. */
export const vagueStatusReasons: Readonly<Record<string, ReasonCode>> = {
  'x.1.0': 'recipient.unknown',
  '5.2.0': 'recipient.filtered',
  'x.3.0': 'system.error',
  'x.4.0': 'transport.network',
  'x.5.0': 'system.error',
  'x.6.0': 'content.rule',
  '4.2.1': 'reputation.blocked',
}

/** What a refusal without telling words means by the command that it answered. */
export const commandReasons: Readonly<Partial<Record<SmtpCommand, ReasonCode>>> = {
  connect: 'reputation.blocked',
  helo: 'reputation.blocked',
  mail: 'policy.sender-rejected',
  starttls: 'auth.tls',
  auth: 'auth.security',
}

/** What a basic code means when nothing else spoke (RFC 5321 §4.2.3, RFC 7504). */
export const codeReasons: Readonly<Record<string, ReasonCode>> = {
  '421': 'transport.expired',
  '450': 'transport.expired',
  '451': 'system.error',
  '452': 'system.full',
  '455': 'system.syntax',
  '500': 'system.syntax',
  '501': 'system.syntax',
  '502': 'system.syntax',
  '503': 'system.syntax',
  '504': 'system.syntax',
  '521': 'domain.no-mail',
  '523': 'size.message',
  '530': 'auth.security',
  '534': 'auth.security',
  '535': 'auth.security',
  '538': 'auth.security',
  '552': 'quota.full',
  '556': 'domain.no-mail',
}
