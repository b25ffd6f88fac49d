import { cleanAddress, findAddress, findAddresses } from '../mail/address.ts'
import { fieldValues } from '../mail/headers.ts'
import type { Finding, Notice } from '../notice/notice.ts'
import type { HostRule, ListLayout, SentenceLayout } from './host-rule.ts'
import { readTranscript } from './read-transcript.ts'

/** Lines longer than this hold no recipient; the rest of such a line is not looked at. */
const maxLine = 2000
const maxRecipients = 500

interface Open {
  address: string
  original?: string
  words: string[]
}

const holds = (line: string, marks: readonly string[] | undefined): boolean =>
  marks?.some(mark => line.includes(mark)) ?? false

/** Reads the recipients of a notice as its host's layout says; without action and reason as yet. */
export function readLayout(rule: HostRule, notice: Notice): Finding[] {
  const { layout } = rule
  if (layout.kind === 'transcript') return readTranscript(notice)
  if (layout.kind === 'header') return readHeader(notice)
  if (layout.kind === 'sender') return readSender(layout.suffix, notice)
  const found =
    layout.kind === 'sentence' ? readSentences(layout, notice.text) : readList(layout, notice.lines)
  return found.map(one => ({
    address: one.address,
    ...(one.original === undefined ? {} : { original: one.original }),
    action: 'failed',
    diagnostic: one.words.join('\n').trim(),
  }))
}

function readSender(suffix: string, notice: Notice): Finding[] {
  const [local = '', domain = ''] = findAddress(notice.from).split('@')
  if (!local.endsWith(suffix) || local === suffix) return []
  const address = `${local.slice(0, -suffix.length)}@${domain}`
  return [
    { address, action: 'failed', diagnostic: `${notice.subject}\n${notice.text}`.trim().slice(0, 4000) },
  ]
}

function readHeader(notice: Notice): Finding[] {
  const named = fieldValues(notice.headers, 'x-failed-recipients').flatMap(value => findAddresses(value, 100))
  return named.map(address => ({ address, action: 'failed', diagnostic: notice.text.trim().slice(0, 4000) }))
}

function readSentences(layout: SentenceLayout, text: string): Open[] {
  const found: Open[] = []
  for (const match of text.matchAll(new RegExp(layout.sentence, 'gi'))) {
    const address = cleanAddress(match.groups?.address ?? '')
    if (address !== '') found.push({ address, words: [match.groups?.reason ?? match[0]] })
    if (found.length >= maxRecipients) break
  }
  return found
}

/** Fields of the returned message that name others than its recipients. */
const othersField = /^[\s>]*(?:message-id|in-reply-to|references|return-path|from|reply-to|sender)\s*:/i

function recipientOn(line: string, shapes: readonly RegExp[]): Open | null {
  if (!line.includes('@') || othersField.test(line)) return null
  for (const shape of shapes) {
    const match = shape.exec(line)
    const address = cleanAddress(match?.groups?.address ?? '')
    if (address === '') continue
    const original = cleanAddress(match?.groups?.original ?? '')
    const words = [(match?.groups?.rest ?? '').replace(/^[\s:]+/, '')]
    return original === '' ? { address, words } : { address, original, words }
  }
  return null
}

function readList(layout: ListLayout, lines: readonly string[]): Open[] {
  const found: Open[] = []
  const named = new Set<string>()
  const shared: string[] = []
  let before: string[] = []
  let state: 'waiting' | 'reading' | 'sharing' = layout.begin === undefined ? 'reading' : 'waiting'
  for (const whole of lines) {
    const line = whole.length > maxLine ? whole.slice(0, maxLine) : whole
    const lower = line.toLowerCase()
    if (state === 'waiting') {
      if (!holds(lower, layout.begin)) continue
      state = 'reading'
    } else if (holds(lower, layout.end)) break
    else if (state === 'sharing' || holds(lower, layout.shared)) {
      state = 'sharing'
      shared.push(line)
      continue
    }
    const open = recipientOn(line, layout.recipient)
    if (open !== null && !named.has(open.address) && found.length < maxRecipients) {
      if (layout.reasonStands === 'before') open.words = [...before, ...open.words]
      before = []
      named.add(open.address)
      found.push(open)
    } else if (layout.reasonStands === 'before') before.push(line)
    else found[found.length - 1]?.words.push(line)
  }
  for (const one of found) one.words.push(...shared)
  return found
}
