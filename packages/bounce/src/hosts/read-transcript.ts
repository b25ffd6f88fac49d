import { cleanAddress } from '../mail/address.ts'
import type { Finding, Notice, SmtpCommand } from '../notice/notice.ts'
import { aloneOnLine, bracketThen } from './recipient-lines.ts'

/** Headings of a sendmail report, after their leading dashes (sendmail/savemail.c writes them). */
const failedHeadings = [
  'permanent fatal errors',
  'fatal errors',
  'had delivery problems',
  'had delivery errors',
  'unrecoverable errors',
  'following addresses had',
  'following recipients',
]
const delayedHeadings = ['transient non-fatal errors', 'temporary errors', 'non-fatal errors']
const deliveredHeadings = ['successful delivery notifications']

const commandLine = /^>>>\s*(\w+)(?:\s+(?:from|to))?\s*:?\s*(?:<([^<>\s]{3,320})>)?/i
const replyLine = /^<<<\s*(.+)$/
const reasonLine = /^\s*\(reason:\s*(.*?)\)?\s*$/i
const expandedLine = /^\s*\(expanded from:\s*<?([^<>\s()]{1,320})>?\s*\)/i
/** `550 5.1.1 <a@b>... User unknown` */
const verdictLine =
  /^(?:(\d{3})[ -])?(?:\s*[245]\.\d\.\d{1,3}\s+)?<?([^\s<>@]{1,200}@[^\s<>@]{1,255}?)>?\.\.\.\s*(.*)$/

const commands: Readonly<Record<string, SmtpCommand>> = {
  connect: 'connect',
  helo: 'helo',
  ehlo: 'helo',
  mail: 'mail',
  rcpt: 'rcpt',
  data: 'data',
  auth: 'auth',
  starttls: 'starttls',
}

interface Said {
  words: string[]
  command?: SmtpCommand
  original?: string
  action: Finding['action']
}

interface State {
  readonly said: Map<string, Said>
  section: 'none' | 'addresses' | 'session'
  action: Finding['action']
  last: Said | null
  /** Replies since the last verdict, and the command they answer. */
  replies: string[]
  command: SmtpCommand | undefined
  commandAddress: string
  session: string[]
}

function speak(state: State, raw: string, action: Finding['action']): Said | null {
  const address = cleanAddress(raw)
  if (address === '') return null
  const known = state.said.get(address) ?? { words: [], action }
  state.said.set(address, known)
  return known
}

function heading(state: State, line: string): boolean {
  const lower = line.toLowerCase()
  if (!/^[\s>]*-{2,}/.test(line)) return false
  if (lower.includes('transcript of session')) state.section = 'session'
  else if (delayedHeadings.some(one => lower.includes(one))) enter(state, 'delayed')
  else if (deliveredHeadings.some(one => lower.includes(one))) enter(state, 'delivered')
  else if (failedHeadings.some(one => lower.includes(one))) enter(state, 'failed')
  else return false
  return true
}

function enter(state: State, action: Finding['action']): void {
  state.section = 'addresses'
  state.action = action
}

function addressLine(state: State, line: string): void {
  const reason = reasonLine.exec(line)
  const expanded = expandedLine.exec(line)
  if (state.last !== null && reason !== null) state.last.words.push(reason[1] ?? '')
  else if (state.last !== null && expanded !== null) {
    const original = cleanAddress(expanded[1] ?? '')
    if (original !== '') state.last.original = original
  } else {
    const match = bracketThen.exec(line) ?? aloneOnLine.exec(line)
    const address = match?.groups?.address
    if (address === undefined) state.last?.words.push(line.trim())
    else {
      state.last = speak(state, address, state.action)
      const rest = match?.groups?.rest?.trim() ?? ''
      if (rest !== '') state.last?.words.push(rest)
    }
  }
}

function sessionLine(state: State, line: string): void {
  const command = commandLine.exec(line)
  const reply = replyLine.exec(line)
  const verdict = verdictLine.exec(line)
  if (command !== null) {
    state.command = commands[(command[1] ?? '').toLowerCase()]
    state.commandAddress = state.command === 'rcpt' ? (command[2] ?? '') : ''
    state.replies = []
  } else if (reply !== null) {
    state.replies.push(reply[1] ?? '')
    if (state.commandAddress !== '' && /^[45]/.test(reply[1] ?? '')) attach(state, state.commandAddress, '')
  } else if (verdict !== null) attach(state, verdict[2] ?? '', line)
  else state.session.push(line)
}

function attach(state: State, raw: string, verdict: string): void {
  const said = speak(state, raw, 'failed')
  if (said === null) return
  for (const reply of state.replies) if (!said.words.includes(reply)) said.words.push(reply)
  if (verdict !== '') said.words.push(verdict)
  said.command ??= state.replies.length > 0 ? state.command : undefined
  if (verdict !== '') {
    state.replies = []
    state.commandAddress = ''
  }
}

/** Reads a sendmail report: the list of addresses, and the session quoted beneath it. */
export function readTranscript(notice: Notice): Finding[] {
  const state: State = {
    said: new Map(),
    section: 'none',
    action: 'failed',
    last: null,
    replies: [],
    command: undefined,
    commandAddress: '',
    session: [],
  }
  for (const line of notice.lines) {
    if (line.length > 2000 || heading(state, line) || line.trim() === '') continue
    if (state.section === 'addresses') addressLine(state, line)
    else if (state.section === 'session') sessionLine(state, line)
    if (state.said.size > 500) break
  }
  const rest = [...state.replies, ...state.session].join('\n')
  return [...state.said].map(([address, said]) => ({
    address,
    ...(said.original === undefined ? {} : { original: said.original }),
    action: said.action,
    diagnostic: said.words.join('\n').trim() || rest,
    ...(said.command === undefined ? {} : { command: said.command }),
  }))
}
