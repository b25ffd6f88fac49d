import type { RecipientAnswer, SmtpMail } from '../smtp/deliver.ts'

/** Spans after which a silent server is given up, short enough for tests. */
export const quick = {
  connectMs: 2000,
  greetingMs: 150,
  helloMs: 150,
  mailMs: 150,
  rcptMs: 150,
  dataMs: 150,
  blockMs: 300,
  endMs: 150,
}

/** A small mail to one recipient; counts its marks. */
export function mail(changes: Partial<SmtpMail> = {}): SmtpMail & { marks: number } {
  const made = {
    from: 'b-1@r.test',
    to: ['bob@rcpt.test'],
    headers: 'Subject: x\r\n',
    size: 100,
    signal: AbortSignal.timeout(20_000),
    marks: 0,
    async *openBody() {
      yield 'Hi\r\n.\r\nBob\r\n'
    },
    async mark() {
      made.marks += 1
    },
    ...changes,
  }
  return made
}

/** The answers in a form that is quick to read. */
export function told(answers: readonly RecipientAnswer[]) {
  return answers.map(answer => {
    if (answer.is === 'taken') return `taken ${answer.reply.code}`
    if (answer.is === 'rejected')
      return `rejected ${answer.stage} ${answer.reply.code} ${answer.reply.status}`
    if (answer.is === 'cannot-carry') return `lacks ${answer.lacks}`
    if (answer.is === 'withheld') return 'withheld'
    return `${answer.is} ${answer.error.stage} ${answer.error.trouble}`
  })
}
