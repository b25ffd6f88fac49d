import { domainProblems } from './domain-problems.ts'
import { draftProblems } from './draft-problems.ts'
import { linkProblems } from './link-problems.ts'
import { oauthProblems } from './oauth-problems.ts'
import { type ProblemEntry, problem } from './problem-entry.ts'
import { teamProblems } from './team-problems.ts'

/**
 * Every error the API can answer with: one closed list of codes with status, title and the English sentence
 * that says what to do. The CLI prints the same sentences. `{name}` stands for a value of `params`.
 */
export const problems = {
  'request.malformed': problem(
    400,
    'The request could not be read',
    'The body is not valid JSON. Send one JSON object with Content-Type: application/json.',
  ),
  'request.invalid': problem(
    400,
    'A field is wrong',
    'The field {field} is wrong: {rule}. Every field is described in /api/docs.',
  ),
  'request.too-large': problem(
    413,
    'The request is too large',
    'The request is larger than {limitMegabytes} MB, the most that this route takes. Send less, or fewer attachments.',
  ),
  'request.unsupported-type': problem(
    415,
    'This content type is not understood',
    'Send the body as JSON, with Content-Type: application/json.',
  ),
  'request.timeout': problem(
    408,
    'The request took too long',
    'The request did not arrive in time. Send it again.',
  ),
  'not-found': problem(404, 'Not found', 'There is no {what} with this id in your workspace.'),
  'route.unknown': problem(404, 'No such route', 'The API has no such route. /api/docs lists all of them.'),
  'rate.limited': problem(
    429,
    'Too many requests',
    'Wait {retryAfterSeconds} seconds, then send the request again.',
  ),
  'idempotency.key-invalid': problem(
    400,
    'The Idempotency-Key is not usable',
    'An Idempotency-Key has 1 to 255 visible ASCII characters. Use a UUID.',
  ),
  'idempotency.conflict': problem(
    422,
    'This Idempotency-Key was used for another request',
    'The key stands for another body that was sent in the last 24 hours. Use a new key for a new email; use the same key only with the same body.',
  ),
  'email.no-recipient': problem(422, 'No recipient', 'Put at least one address into to, cc or bcc.'),
  'email.too-many-recipients': problem(
    422,
    'Too many recipients',
    'The email has {count} recipients; one email takes at most {limit}. Send several emails, so that each person gets their own.',
  ),
  'email.address-invalid': problem(
    422,
    'An address is wrong',
    '"{address}" in {field} is not an email address: {problem}. Correct it and send again.',
  ),
  'email.no-content': problem(422, 'No content', 'Give text or html.'),
  'email.line-break': problem(
    422,
    'A line break or control character where none may be',
    'The field {field} must be a single line without control characters.',
  ),
  'email.attachment-invalid': problem(
    422,
    'An attachment is wrong',
    'The attachment {filename} cannot be used: {problem}.',
  ),
  'email.too-many-attachments': problem(
    422,
    'Too many attachments',
    'The email has {count} attachments; one email takes at most {limit}.',
  ),
  'email.too-large': problem(
    422,
    'The email is too large for its delivery channel',
    'Encoded for the wire the email has about {sizeMegabytes} MB; the delivery channel carries at most {limitMegabytes} MB. Attach less, or send a link to the file.',
  ),
  'email.send-at-too-far': problem(
    422,
    'The time to send is too far away',
    'The time sendAt may lie at most {limitDays} days in the future.',
  ),
  'email.not-cancellable': problem(
    409,
    'This email cannot be cancelled any more',
    'Nothing of this email is waiting: it is {state}. Only mail that has not left can be cancelled.',
  ),
  'delivery.not-retryable': problem(
    409,
    'This delivery cannot be retried',
    'The delivery is {state}. Only a delivery that was refused, expired, bounced or is uncertain can be retried.',
  ),
  'delivery.complained': problem(
    409,
    'The recipient marked this as spam',
    'The recipient reported the email as spam, so it is not sent to them again.',
  ),
  'delivery.needs-address': problem(
    422,
    'This address does not exist',
    'The mail to {address} came back for good. Give the right address as correctedAddress.',
  ),
  'delivery.suppressed': problem(
    422,
    'This address is suppressed',
    'Nothing is sent to {address}: it is suppressed in this workspace.',
  ),
  'delivery.not-suppressible': problem(
    409,
    'This says nothing about the address',
    'The delivery is {state}, and not because of the recipient’s address or mailbox. Only where that is the cause can the address be suppressed.',
  ),
  'suppression.not-yours': problem(
    403,
    'This suppression is not yours to lift',
    'You did not suppress {address}: an admin may lift what a member suppressed, and nobody so what a complaint or a returned mail did.',
  ),
  'delivery.not-uncertain': problem(
    409,
    'This delivery is not in doubt',
    'The delivery is {state}. Only one that needs a look can be marked as arrived.',
  ),
  'row.not-archivable': problem(
    409,
    'This cannot be archived',
    'Only emails that were sent can be archived. Delete takes any other row out of the list.',
  ),
  'row.still-leaving': problem(
    409,
    'This is still on its way out',
    'Something of it may still be sent. Cancel it first, then delete it.',
  ),
  'sandbox.off': problem(
    404,
    'There is no sandbox here',
    'Fairlead runs live: emails go to real mailboxes, so there is no sandbox inbox.',
  ),
  'live.too-many': problem(
    429,
    'Too many live streams',
    'There are too many live streams open. Close some, or try again in {retryAfterSeconds} seconds.',
  ),
  'service.unavailable': problem(
    503,
    'Fairlead cannot answer now',
    'The database or this process is starting, stopping or out of reach. Try again in a few seconds.',
  ),
  internal: problem(
    500,
    'A fault of Fairlead',
    'Something failed inside Fairlead. The log has the cause under request {requestId}.',
  ),
  ...domainProblems,
  ...draftProblems,
  ...linkProblems,
  ...oauthProblems,
  ...teamProblems,
} as const satisfies Record<string, ProblemEntry>

export type ProblemCode = keyof typeof problems
export const problemCodes = Object.keys(problems) as [ProblemCode, ...ProblemCode[]]

export type ProblemParams = Readonly<Record<string, string | number | boolean>>

/** What is wrong with an address (`problem` of email.address-invalid), in words. */
export const addressProblems: Readonly<Record<string, string>> = {
  empty: 'it is empty',
  several: 'it holds more than one address; give one in each place',
  'too-long': 'it is too long',
  'control-characters': 'it holds a line break or another invisible character',
  'no-at': 'it has no @',
  'no-local-part': 'there is nothing before the @',
  'local-part-too-long': 'the part before the @ is longer than 64 characters',
  'local-part-characters': 'the part before the @ holds a character that may not stand there',
  'no-domain': 'there is nothing behind the @',
  'domain-too-long': 'the part behind the @ is too long',
  'domain-characters': 'the part behind the @ is not a domain name',
  'domain-incomplete': 'the domain is incomplete, such as example instead of example.com',
  'ip-address': 'mail goes to domains, not to IP addresses',
}

/** A refusal that has a code: use cases throw it, the API and the CLI turn it into words. */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly params: ProblemParams

  constructor(code: ProblemCode, params: ProblemParams = {}) {
    super(sentenceOf(code, params))
    this.name = 'Problem'
    this.code = code
    this.params = params
  }
}

/** What an error answer looks like (RFC 9457); `detail` is the English sentence. */
export interface ProblemBody {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ProblemCode
  readonly params: ProblemParams
  readonly detail: string
}

/** The answer for a code. */
export function problemBody(code: ProblemCode, params: ProblemParams = {}): ProblemBody {
  const { status, title } = problems[code]
  return {
    type: `urn:fairlead:problem:${code}`,
    title,
    status,
    code,
    params,
    detail: sentenceOf(code, params),
  }
}

function sentenceOf(code: ProblemCode, params: ProblemParams): string {
  const { problem } = params
  const words = code === 'email.address-invalid' ? addressProblems[String(problem)] : undefined
  return fill(problems[code].sentence, words === undefined ? params : { ...params, problem: words })
}

// A value may come from a stranger: it must not break the line that it is shown on.
const unshowable = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}]+/gu

/** Puts parameters into a sentence, each on one line; a missing one stays visible as its name. */
export function fill(
  sentence: string,
  params: Readonly<Record<string, string | number | boolean | undefined>>,
): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) =>
    String(params[name] ?? name).replace(unshowable, ' '),
  )
}
