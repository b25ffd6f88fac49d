const enhancedAnywhere = /(?:^|[^\w.])([245])[.](\d{1,3})[.](\d{1,3})(?![\d.]*\d)/g

/** An enhanced status (RFC 3463) at the start of a text such as a Status field; null when there is none. */
export function readStatus(text: string): string | null {
  const match = /^\s*([245])\s*\.\s*(\d{1,3})\s*\.\s*(\d{1,3})(?![\d.])/.exec(text.slice(0, 100))
  return match === null ? null : `${match[1]}.${Number(match[2])}.${Number(match[3])}`
}

/** Subjects that RFC 3463 and its registry know: 0 to 7. What has another is a version or an address. */
function isPlausible(subject: string, detail: string): boolean {
  return subject.length === 1 && subject <= '7' && (detail.length < 3 || '1247'.includes(subject))
}

/** Every enhanced status that stands in a diagnostic, in order; addresses and versions left out. */
export function findStatuses(text: string): string[] {
  const found: string[] = []
  for (const match of text.slice(0, 8000).matchAll(enhancedAnywhere)) {
    const [, digit = '', subject = '', detail = ''] = match
    if (isPlausible(subject, detail)) found.push(`${digit}.${subject}.${Number(detail)}`)
    if (found.length >= 20) break
  }
  return found
}

const codeAtStart = /^\s*(?:smtp\s*[;:]\s*)?([245]\d\d)(?=[\s\-#:;<(,]|$)/i
const codeAfterWords =
  /(?:said|says|error|returned|response(?: was)?|replied|reply|status|code|\bwith|data|<<<|[:;"'[(])[\s:'"#]*([45]\d\d)(?=[\s\-#:;,)\]']|$)/i
const codeAnywhere = /(?:^|[\s'"(:])([45][0-5]\d)[ -](?=#?[45]\.\d\.\d|[A-Za-z<"'#([])/

const refusalLater = /\s([45]\d\d)[ -](?=[45]\.\d\.\d)/

/** The basic reply code (RFC 5321 §4.2) that a diagnostic quotes; null when there is none. */
export function findReplyCode(text: string): number | null {
  const clipped = text.slice(0, 8000)
  const match = codeAtStart.exec(clipped) ?? codeAfterWords.exec(clipped) ?? codeAnywhere.exec(clipped)
  // A greeting may stand before the refusal: `220-mx 421 4.2.1 ...`.
  const later = match?.[1]?.startsWith('2') ? refusalLater.exec(clipped)?.[1] : undefined
  const code = Number(later ?? match?.[1] ?? 0)
  return code >= 200 && code < 560 ? code : null
}
