import type { SmtpCommand } from '../notice/notice.ts'

/** Words that name the SMTP command a reply answered. The first that fits speaks; data, not code. */
export const commandWords: readonly (readonly [words: RegExp, command: SmtpCommand])[] = [
  [
    /in reply to RCPT TO|after RCPT TO|(?:did not like|dislikes) our RCPT|does not like recipient|\[RCPT_TO\]|following RCPT/i,
    'rcpt',
  ],
  [
    /in reply to (?:end of )?DATA|after end of data|end of data|did not like our (?:final )?DATA|failed after I sent the message|SMTP command\s+DATA|state 1[78]\)/i,
    'data',
  ],
  [
    /in reply to MAIL FROM|after MAIL FROM|did not like our MAIL|sender was rejected|\[MAIL_FROM\]|>>> MAIL FROM/i,
    'mail',
  ],
  [/in reply to (?:EHLO|HELO)|after (?:EHLO|HELO)|my name was rejected/i, 'helo'],
  [
    /after initial connection|initial connection|refused to talk to me|in greeting|connected to \S+ but greeting failed/i,
    'connect',
  ],
  [/in reply to STARTTLS|after STARTTLS/i, 'starttls'],
  [/in reply to AUTH|after AUTH/i, 'auth'],
]

/** The SMTP command that a notice says was answered; undefined when it does not say. */
export function findCommand(text: string): SmtpCommand | undefined {
  const clipped = text.slice(0, 4000)
  return commandWords.find(([words]) => words.test(clipped))?.[1]
}
