import { createHash, randomBytes } from 'node:crypto'
import type { Flavour } from '../zone/providers.ts'

/** An SMTP answer, one entry per line, each with its own enhanced status. */
export interface Reply {
  readonly code: number
  readonly lines: readonly string[]
}

export interface Saying {
  readonly recipient: string
  readonly host: string
}

type Words = (saying: Saying) => Reply

const say = (code: number, ...lines: string[]): Reply => ({ code, lines })

/** The session part of a Google answer, as in `d9443c01a7336-29f2b7ee1b7si117246815ad.123 - gsmtp`. */
function googleMark(): string {
  const hex = randomBytes(12).toString('hex')
  return `${hex.slice(0, 13)}-${hex.slice(13, 24)}si1172468${randomBytes(1)[0]}ad.${randomBytes(1)[0]} - gsmtp`
}

/** Exchange Online names the front end that answered and the time. */
function microsoftMark(): string {
  const host = `AM${randomBytes(1)[0]}PR0${(randomBytes(1)[0] ?? 0) % 10}MB${1000 + ((randomBytes(2).readUInt16BE(0) ?? 0) % 9000)}`
  const at = new Date().toISOString().slice(0, 19)
  return `[${host}.eurprd01.prod.exchangelabs.com ${at}Z 08DE${randomBytes(6).toString('hex').toUpperCase()}]`
}

/** A queue id as Postfix writes it (short form). */
export function queueId(): string {
  return randomBytes(5).toString('hex').toUpperCase()
}

/** What a recipient can be told at RCPT. */
export type Refusal = 'missing' | 'full' | 'greylist' | 'refuse'

/**
 * The words of real receivers, by what is said and whose server says it; `postfix` stands for every other.
 * - google: https://support.google.com/a/answer/3726730 (Gmail SMTP errors and codes)
 * - microsoft: https://learn.microsoft.com/exchange/troubleshoot/email-delivery/ndr/non-delivery-reports-in-exchange-online
 * - yahoo: https://senders.yahooinc.com/smtp-error-codes/
 * - postfix: https://www.postfix.org/postconf.5.html#unknown_local_recipient_reject_code and smtpd(8);
 *   Dovecot's quota-status texts; postgrey(8) for the greylisting text
 */
const wording: Record<Refusal, Partial<Record<Flavour, Words>> & { postfix: Words }> = {
  missing: {
    google: () =>
      say(
        550,
        '5.1.1 The email account that you tried to reach does not exist. Please try',
        "5.1.1 double-checking the recipient's email address for typos or",
        '5.1.1 unnecessary spaces. For more information, go to',
        `5.1.1  https://support.google.com/mail/?p=NoSuchUser ${googleMark()}`,
      ),
    microsoft: ({ recipient }) =>
      say(
        550,
        `5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ${recipient} not found by SMTP address lookup ${microsoftMark()}`,
      ),
    yahoo: ({ recipient, host }) =>
      say(
        554,
        `delivery error: dd This user doesn't have a ${recipient.split('@')[1]} account (${recipient}) [0] - ${host}`,
      ),
    postfix: ({ recipient }) =>
      say(550, `5.1.1 <${recipient}>: Recipient address rejected: User unknown in virtual mailbox table`),
  },
  full: {
    google: () =>
      say(
        552,
        "5.2.2 The recipient's inbox is out of storage space and inactive. Please",
        '5.2.2 direct the recipient to',
        `5.2.2  https://support.google.com/mail/?p=OverQuotaPerm ${googleMark()}`,
      ),
    microsoft: () =>
      say(554, `5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException ${microsoftMark()}`),
    yahoo: () => say(552, '1 Requested mail action aborted: exceeded storage allocation'),
    postfix: ({ recipient }) =>
      say(552, `5.2.2 <${recipient}>: Recipient address rejected: Mailbox is full / Quota exceeded`),
  },
  greylist: {
    google: () =>
      say(
        450,
        '4.2.1 The user you are trying to contact is receiving mail at a rate that',
        '4.2.1 prevents additional messages from being delivered. Please resend your',
        '4.2.1 message at a later time. For more information, go to',
        `4.2.1  https://support.google.com/mail/?p=ReceivingRate ${googleMark()}`,
      ),
    microsoft: () => say(451, `4.7.500 Server busy. Please try again later. ${microsoftMark()}`),
    yahoo: () =>
      say(
        421,
        '4.7.0 [TSS04] Messages temporarily deferred due to unexpected volume or user complaints - 4.16.55.1; see https://postmaster.yahooinc.com/error-codes',
      ),
    postfix: ({ recipient }) =>
      say(
        450,
        `4.2.0 <${recipient}>: Recipient address rejected: Greylisted, see https://postgrey.schweikert.ch/help/${recipient.split('@')[1]}.html`,
      ),
  },
  refuse: {
    google: () =>
      say(
        550,
        '5.7.1 Our system has detected that this message is likely unsolicited mail.',
        '5.7.1 To reduce the amount of spam sent to Gmail, this message has been',
        '5.7.1 blocked. For more information, go to',
        `5.7.1  https://support.google.com/mail/?p=UnsolicitedMessageError ${googleMark()}`,
      ),
    microsoft: () =>
      say(
        550,
        `5.7.1 Service unavailable, Client host [127.0.0.1] blocked using Spamhaus. To request removal from this list see https://www.spamhaus.org/query/ip/127.0.0.1 (AS16012611) ${microsoftMark()}`,
      ),
    yahoo: () =>
      say(
        553,
        "5.7.1 [BL21] Connections will not be accepted from 127.0.0.1, because the ip is in Spamhaus's list; see https://postmaster.yahooinc.com/error-codes",
      ),
    postfix: ({ recipient }) =>
      say(554, `5.7.1 <${recipient}>: Recipient address rejected: Access denied by local policy`),
  },
}

/** What the server of `flavour` says. */
export function refusalOf(refusal: Refusal, flavour: Flavour, saying: Saying): Reply {
  return (wording[refusal][flavour] ?? wording[refusal].postfix)(saying)
}

export interface Thanks {
  readonly queueId: string
  readonly messageId: string
  readonly size: number
}

/** The text after 250 when a message was taken, with a queue id as each system shows it. */
export function acceptanceOf(flavour: Flavour, { queueId, messageId, size }: Thanks): string {
  const number = createHash('sha256').update(queueId).digest().readUInt32BE(0)
  const kilobytes = (size / 1024).toFixed(3)
  const texts: Record<Flavour, () => string> = {
    google: () => `2.0.0 OK  ${Math.floor(Date.now() / 1000)} ${googleMark()}`,
    microsoft: () =>
      `2.6.0 <${messageId}> [InternalId=${number}, Hostname=AM0PR01MB${1000 + (number % 9000)}.eurprd01.prod.exchangelabs.com] ${size} bytes in 0.112, ${kilobytes} KB/sec Queued mail for delivery`,
    yahoo: () => 'ok dirdel',
    postfix: () => `2.0.0 Ok: queued as ${queueId}`,
  }
  return texts[flavour]()
}
