/** Splits what was typed or pasted into one recipient each: at commas, semicolons, line ends and tabs outside quotes and <>. */
export function splitRecipients(text: string): string[] {
  const parts: string[] = []
  let part = ''
  let isQuoted = false
  let isInAngle = false
  for (const sign of text) {
    if (sign === '"') isQuoted = !isQuoted
    if (!isQuoted && sign === '<') isInAngle = true
    if (sign === '>') isInAngle = false
    const isEnd = /[\r\n\t]/.test(sign) || (!isQuoted && !isInAngle && /[,;]/.test(sign))
    if (isEnd) {
      parts.push(part)
      part = ''
      isQuoted = false
    } else part += sign
  }
  return [...parts, part].flatMap(each => splitBySpaces(each.trim())).filter(each => each !== '')
}

/** "a@x.example b@y.example": bare addresses with only spaces between them. */
function splitBySpaces(text: string): string[] {
  const words = text.split(/\s+/)
  return words.length > 1 && words.every(word => /^[^<>"]+@[^<>"]+$/.test(word)) ? words : [text]
}

/** The parts of "Marta Lindh <marta@norrfell.example>". */
export function readRecipient(text: string): { readonly name: string; readonly address: string } {
  const found = /^\s*"?([^"<]*?)"?\s*<([^<>]*)>\s*$/.exec(text)
  return found
    ? { name: found[1] ?? '', address: (found[2] ?? '').trim() }
    : { name: '', address: text.trim() }
}

export type AddressFault =
  | 'no-at'
  | 'no-local-part'
  | 'no-domain'
  | 'domain-incomplete'
  | 'several'
  | 'characters'

/** What is plainly wrong with a recipient, or null; the server looks closer before sending. */
export function addressFault(text: string): AddressFault | null {
  const { address } = readRecipient(text)
  const at = address.lastIndexOf('@')
  if (at < 0) return 'no-at'
  if (address.slice(0, at).includes('@') && !address.startsWith('"')) return 'several'
  if (at === 0) return 'no-local-part'
  const domain = address.slice(at + 1)
  if (domain === '') return 'no-domain'
  if (/[\s<>(),;:\\"[\]]/.test(domain) || (/[\s<>(),;:\\[\]]/.test(address) && !address.startsWith('"')))
    return 'characters'
  return domain.includes('.') && !domain.startsWith('.') && !/\.\.|\.$/.test(domain)
    ? null
    : 'domain-incomplete'
}
