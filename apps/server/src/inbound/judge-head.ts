/** What the header section of a mail in a mailbox tells, before the mail itself is read. */
export interface JudgedHead {
  /** What it answers, by In-Reply-To and References (RFC 5322 §3.6.4), without angle brackets; the nearest first. */
  readonly answers: readonly string[]
  /** Written by a machine: a returned mail, a report, an automatic answer. */
  readonly isMachines: boolean
  /** A copy of our own mail, in Sent or sent to oneself: no news of it. */
  readonly isOurCopy: boolean
  /** Empty for the null sender of notices (RFC 5321 §4.5.5), as far as the mailbox keeps it. */
  readonly envelopeFrom: string
  readonly from: string
}

// A header section longer than this is nobody's letter.
const mostBytes = 256 * 1024
const mostAnswers = 40

/** Reads a header section. Pure; never throws, whatever the bytes. */
export function judgeHead(head: Uint8Array): JudgedHead {
  const fields = readFields(head)
  const first = (name: string) => fields.find(field => field.name === name)?.value ?? null
  const returnPath = first('return-path')
  const from = addressIn(first('from') ?? '')
  const isMachines = isMachinesMail(first, { returnPath, from })
  return {
    answers: answersOf([first('in-reply-to') ?? '', first('references') ?? '']),
    isMachines,
    isOurCopy: first('x-fairlead-ref') !== null && !isMachines,
    envelopeFrom: returnPath === null ? from : addressIn(returnPath),
    from,
  }
}

type Field = (name: string) => string | null

function isMachinesMail(
  first: Field,
  { returnPath, from }: { returnPath: string | null; from: string },
): boolean {
  const automatic = first('auto-submitted')
  return (
    (returnPath !== null && addressIn(returnPath) === '') ||
    /^(?:mailer-daemon|postmaster|mail-daemon|mdaemon|microsoftexchange)[^@]*@|^(?:mailer-daemon|postmaster)$/i.test(
      from,
    ) ||
    /multipart\/report/i.test(first('content-type') ?? '') ||
    // RFC 3834 §5
    (automatic !== null && !/^\s*no\b/i.test(automatic)) ||
    first('x-failed-recipients') !== null ||
    ['x-autoreply', 'x-autorespond', 'x-autoresponse', 'x-auto-response-suppress'].some(
      name => first(name) !== null,
    ) ||
    /auto[_-]?reply/i.test(first('precedence') ?? '')
  )
}

function answersOf([inReplyTo = '', references = '']: readonly string[]): string[] {
  const ids = (text: string) => [...text.matchAll(/<([^<>\s]{1,900})>/g)].map(found => found[1] ?? '')
  return [...new Set([...ids(inReplyTo), ...ids(references).reverse()])].slice(0, mostAnswers)
}

const addressIn = (text: string): string =>
  (/<([^<>]*)>/.exec(text)?.[1] ?? text).trim().slice(0, 320).replaceAll('\0', '')

/** Fields in their order, unfolded (RFC 5322 §2.2.3); octets above 127 stay single characters. */
function readFields(head: Uint8Array): { name: string; value: string }[] {
  const text = Buffer.from(head.subarray(0, mostBytes)).toString('latin1')
  const section = text.split(/\r?\n\r?\n/, 1)[0] ?? ''
  return section.split(/\r?\n(?![ \t])/).flatMap(line => {
    const cut = line.indexOf(':')
    if (cut < 1) return []
    return [
      {
        name: line.slice(0, cut).trim().toLowerCase(),
        value: line
          .slice(cut + 1)
          .replace(/\r?\n/g, '')
          .trim(),
      },
    ]
  })
}
