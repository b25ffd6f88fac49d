/** Notices in the words of Postfix 3.7 (its bounce daemon, RFC 3464), as far as the reader looks. */
export interface NoticeToWrite {
  readonly to: string
  readonly recipients: readonly {
    readonly final: string
    readonly original?: string
    readonly action?: 'failed' | 'delayed' | 'delivered' | 'relayed'
    readonly status?: string
    readonly diagnostic?: string
  }[]
  /** Header lines of the returned message. */
  readonly returned?: readonly string[]
  /** Makes one notice differ from another. */
  readonly queueId?: string
  readonly envelopeId?: string
}

const lines = (...all: (string | readonly string[])[]): string => all.flat().join('\r\n')

export function writeDsn(notice: NoticeToWrite): string {
  const boundary = '4F2A01.1763698800/mx.customer.example'
  return lines(
    'Date: Fri, 21 Nov 2025 04:20:00 +0000 (UTC)',
    'From: MAILER-DAEMON@mx.customer.example (Mail Delivery System)',
    'Subject: Undelivered Mail Returned to Sender',
    `To: ${notice.to}`,
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=delivery-status; boundary="${boundary}"`,
    `Message-Id: <${notice.queueId ?? '4F2A01'}@mx.customer.example>`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=us-ascii',
    '',
    'This is the mail system at host mx.customer.example.',
    '',
    `--${boundary}`,
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.customer.example',
    notice.envelopeId === undefined ? [] : [`Original-Envelope-Id: ${notice.envelopeId}`],
    `X-Postfix-Queue-ID: ${notice.queueId ?? '4F2A01'}`,
    notice.recipients.flatMap(one => [
      '',
      `Final-Recipient: rfc822; ${one.final}`,
      `Original-Recipient: rfc822;${one.original ?? one.final}`,
      `Action: ${one.action ?? 'failed'}`,
      `Status: ${one.status ?? '5.1.1'}`,
      'Remote-MTA: dns; mail.customer.example',
      `Diagnostic-Code: smtp; ${one.diagnostic ?? `550 5.1.1 <${one.final}>: Recipient address rejected: User unknown`}`,
    ]),
    '',
    `--${boundary}`,
    'Content-Type: text/rfc822-headers',
    '',
    notice.returned ?? ['Subject: Hello'],
    '',
    `--${boundary}--`,
  )
}

/** A complaint as feedback loops send it (RFC 5965 §B.1). */
export function writeComplaint(complaint: {
  to: string
  about: string
  returned: readonly string[]
}): string {
  return lines(
    'From: <abusedesk@customer.example>',
    `To: ${complaint.to}`,
    'Subject: FW: Hello',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=feedback-report; boundary="part1_13d.2e68ed54"',
    '',
    '--part1_13d.2e68ed54',
    'Content-Type: text/plain; charset="US-ASCII"',
    '',
    'This is an email abuse report.',
    '',
    '--part1_13d.2e68ed54',
    'Content-Type: message/feedback-report',
    '',
    'Feedback-Type: abuse',
    'User-Agent: SomeGenerator/1.0',
    'Version: 1',
    `Original-Rcpt-To: <${complaint.about}>`,
    '',
    '--part1_13d.2e68ed54',
    'Content-Type: message/rfc822',
    '',
    complaint.returned,
    '',
    'Spam Spam Spam',
    '--part1_13d.2e68ed54--',
  )
}

/** A mail by a person, or with `headers` by their mailbox. */
export function writeReply(reply: { to: string; headers?: readonly string[]; body?: string }): string {
  return lines(
    'From: "Bob =?utf-8?q?M=C3=BCller?=" <bob@customer.example>',
    `To: ${reply.to}`,
    'Subject: Re: Hello',
    'Message-ID: <reply-1@customer.example>',
    reply.headers ?? [],
    '',
    reply.body ?? 'Let us talk.',
  )
}
