import type { DomainRecord } from '@fairlead/contract'

const ttlSeconds = 3_600
const longestString = 255

/**
 * The records that are the domain's own as a zone file (RFC 1035 §5): absolute names, long texts in strings of at most
 * 255 octets. Records that are found already stand in it too: importing it again changes nothing.
 */
export function zoneFile(domain: string, records: readonly DomainRecord[]): string {
  const lines = records
    .filter(record => record.place === 'your-dns')
    .flatMap(({ title, name, type, expected }) => [
      `; ${title}`,
      `${name}. ${ttlSeconds} IN ${type} ${type === 'TXT' ? quoted(expected) : `${expected}.`}`,
    ])
  return [`; ${domain}: records for Fairlead`, ...lines, ''].join('\n')
}

function quoted(text: string): string {
  const strings = text.match(new RegExp(`.{1,${longestString}}`, 'gs')) ?? ['']
  return strings.map(one => `"${one.replace(/["\\]/g, sign => `\\${sign}`)}"`).join(' ')
}
