/**
 * `npm run docs`: writes the parts of the documents that the code already says, between
 * `<!-- generated: name -->` and `<!-- end -->`. `npm run check` fails where a document says something else.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import {
  deliveryEvents,
  deliveryLifecycle,
  deliveryStateMeanings,
  emailLifecycle,
} from '../apps/server/src/events/lifecycle.ts'
import { variablesTable } from '../apps/server/src/platform/config-variables.ts'
import { failpoints } from '../apps/server/src/platform/failpoint.ts'
import { behaviours } from '../simulator/src/behaviours/table.ts'
import { logins, servers } from '../simulator/src/submission/table.ts'

type Blocks = Readonly<Record<string, () => string>>

/** Documents that hold generated parts. */
export const documents = ['ARCHITECTURE.md', 'README.md', 'docs/testing.md'] as const

export const blocks: Blocks = {
  configuration: variablesTable,
  failpoints: () => table(['failpoint', 'where'], Object.entries(failpoints)),
  'sandbox recipients': () =>
    table(
      ['recipient', 'what happens'],
      behaviours.map(({ localPart, says }) => [`${localPart}@`, says]),
    ),
  'sandbox logins': () =>
    table(
      ['SMTP server or login', 'what happens'],
      [
        ...servers.map(({ host, says }) => [host, says]),
        ...logins.map(({ localPart, says }) => [`${localPart}@`, says]),
      ],
    ),
  'email lifecycle': () =>
    table(
      ['email', 'what happens → state'],
      Object.entries(emailLifecycle).map(([state, edges]) => [state, edgesInWords(edges)]),
    ),
  'delivery lifecycle': () =>
    table(
      ['delivery', 'means', 'event → state'],
      Object.entries(deliveryLifecycle).map(([state, edges]) => [
        state,
        deliveryStateMeanings[state as keyof typeof deliveryStateMeanings],
        edgesInWords(edges),
      ]),
    ),
  'delivery events': () =>
    table(
      ['event', 'means', 'written as an event row'],
      Object.entries(deliveryEvents).map(([event, { means, isFact }]) => [
        event,
        means,
        isFact ? 'yes' : 'no',
      ]),
    ),
}

/** The text with every marked part made anew; throws on a marker that names no block. */
export function fillMarkers(text: string, known: Blocks): string {
  return text.replace(
    /(<!-- generated: ([\w ]+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, start, name: string, end) => {
      const block = known[name]
      if (!block) throw new Error(`nothing generates "${name}"; known: ${Object.keys(known).join(', ')}`)
      return `${start}${block()}\n${end}`
    },
  )
}

function edgesInWords(edges: Readonly<Record<string, string>>): string {
  const words = Object.entries(edges).map(([event, to]) => `${event} → ${to}`)
  return words.join(' · ') || 'final'
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

if (import.meta.main) {
  for (const document of documents) {
    const path = new URL(`../${document}`, import.meta.url)
    const text = readFileSync(path, 'utf8')
    const filled = fillMarkers(text, blocks)
    if (filled !== text) writeFileSync(path, filled)
    console.log(`${document}: ${filled === text ? 'up to date' : 'written'}`)
  }
}
