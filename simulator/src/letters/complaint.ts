import type { Incoming, Letter } from '../behaviours/behaviour.ts'
import { compound, date, type Field, multipart, returned, statusPart, token } from './write-letter.ts'

const hostOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)

/** Feedback reports name the whole message, whatever the sender asked of status reports. */
const inFull = (incoming: Incoming): Incoming => ({
  ...incoming,
  message: { ...incoming.message, returns: null },
})

/**
 * An abuse report as Yahoo's feedback loop sends it (RFC 5965; https://senders.yahooinc.com/complaint-feedback-loop/),
 * to fbl@ the return-path host, where a sender registers it.
 */
export function feedbackReport(incoming: Incoming): Letter {
  const { message, recipient } = incoming
  const to = `fbl@${hostOf(message.mailFrom)}`
  const boundary = `------------${token(12)}`
  const report: Field[] = [
    ['Feedback-Type', 'abuse'],
    ['User-Agent', 'Yahoo!-Mail-Feedback/2.0'],
    ['Version', '0.1'],
    ['Original-Mail-From', `<${message.mailFrom}>`],
    ['Original-Rcpt-To', recipient.address],
    ['Received-Date', date(new Date(message.receivedAt))],
    ['Reported-Domain', hostOf(incoming.head.fromAddress)],
    ['Source-IP', message.clientAddress],
  ]
  const body = multipart(boundary, [
    {
      fields: [['Content-Type', 'text/plain; charset="US-ASCII"']],
      body: `This is an email abuse report for an email message from ${hostOf(incoming.head.fromAddress)} on ${date(new Date(message.receivedAt))}\n`,
    },
    { fields: [['Content-Type', 'message/feedback-report']], body: statusPart([report]) },
    returned(inFull(incoming), []),
  ])
  const fields: Field[] = [
    ['From', 'Yahoo! Mail AntiSpam Feedback <feedback@arf.mail.yahoo.com>'],
    ['To', to],
    ['Subject', `FW: ${incoming.head.subject.replace(/[^\x20-\x7e]/g, '?')}`],
    ['Date', date()],
    ['Message-ID', `<${token(12)}@arf.mail.yahoo.com>`],
    ['MIME-Version', '1.0'],
    ['Content-Type', `multipart/report; report-type=feedback-report;\r\n\tboundary="${boundary}"`],
  ]
  const bytes = compound(fields, body)
  return { mailFrom: 'feedback@arf.mail.yahoo.com', to, ehlo: 'arf1.mail.bf1.yahoo.com', bytes }
}

/**
 * A report of Microsoft's Junk Mail Reporting Program: no feedback-report part, the message with a field that names
 * the recipient (https://sendersupport.olc.protection.outlook.com/snds/FAQ.aspx).
 */
export function junkMailReport(incoming: Incoming): Letter {
  const { message, recipient } = incoming
  const to = `fbl@${hostOf(message.mailFrom)}`
  const boundary = token(18).toUpperCase()
  const original = returned(inFull(incoming), [
    ['X-HmXmrOriginalRecipient', recipient.address],
    ['X-Reporter-IP', '127.0.0.1'],
  ])
  const fields: Field[] = [
    ['Date', date()],
    ['From', 'staff@hotmail.com'],
    ['Subject', `complaint about message from ${message.clientAddress}`],
    ['To', to],
    ['MIME-Version', '1.0'],
    ['Message-ID', `<${token(12)}@JMRP.hotmail.com>`],
    ['Content-Type', `multipart/mixed; boundary="${boundary}"`],
  ]
  const parts = [{ ...original, fields: [...original.fields, ['Content-Disposition', 'inline'] as Field] }]
  const bytes = compound(fields, multipart(boundary, parts))
  return { mailFrom: 'staff@hotmail.com', to, ehlo: 'JMRP01.hotmail.com', bytes }
}
