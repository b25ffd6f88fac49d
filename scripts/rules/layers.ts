/** Imports run one way. `>` is above; `|` never import each other; `,` may, without a cycle. */
import { type Import, importsOf } from './import-graph.ts'
import { type Finding, isTest, type SourceTree } from './rule.ts'

/** The same line stands in ARCHITECTURE.md; a test compares the two. */
export const layerLine =
  'main, cli > http, jobs > compose | outbox | inbound | conversations > channels > links > ' +
  'events, people, identities, domains, templates, team, blobs > transports > mail, platform > contract > bounce'

interface Layer {
  /** 0 is the top. */
  readonly level: number
  /** Its neighbours on the level are closed to it. */
  readonly isAlone: boolean
}
const layers = new Map<string, Layer>(
  layerLine.split(' > ').flatMap((names, level) => {
    const isAlone = names.includes('|')
    return names.split(/ \| |, /).map((name): [string, Layer] => [name, { level, isAlone }])
  }),
)

/** Code outside of the server, and what it may import of ours besides itself. */
const outside: Readonly<Record<string, readonly string[]>> = {
  web: ['contract', 'bounce'],
  simulator: ['contract', 'bounce'],
}

export function checkLayers(tree: SourceTree): Finding[] {
  return importsOf(tree).flatMap(one => {
    const says = isTest(one.from) ? null : objection(one)
    return says ? [{ level: 'error' as const, at: `${one.from}:${one.line}`, says }] : []
  })
}

function objection(one: Import): string | null {
  const from = placeOf(one.from)
  if (one.to === null) return packageObjection(from, one)
  const to = placeOf(one.to)
  if (from === 'channels' && isOtherChannel(one.from, one.to)) {
    return `${one.to} is another channel: channels never import each other`
  }
  if (from === to || ['scripts', 'bench', 'e2e'].includes(from)) return null
  const allowed = outside[from]
  if (allowed) return allowed.includes(to) ? null : `${from} may import ${allowed.join(', ')}, not ${to}`
  if (to === 'simulator')
    return from === 'main' || from === 'cli' ? null : 'only main and cli know the simulator'
  return between(from, to)
}

function between(from: string, to: string): string | null {
  const upper = layers.get(from)
  const lower = layers.get(to)
  if (!upper) return `${from} is not a layer of ARCHITECTURE.md`
  if (!lower) return `${to} is not a layer of ARCHITECTURE.md, or is for tests only`
  if (lower.level < upper.level) return `${from} lies below ${to}: imports run one way, downwards`
  if (lower.level === upper.level && upper.isAlone) return `${from} and ${to} never import each other`
  return null
}

/** Bounce is published on its own and turns bytes into facts; only its command touches the world. */
function packageObjection(from: string, one: Import): string | null {
  if (from !== 'bounce' || one.from.endsWith('/cli.ts')) return null
  return `bounce is pure and stands alone: it does not import ${one.specifier}`
}

/** The layer's name, or the name of what stands outside: `apps/server/src/outbox/claim.ts` → outbox. */
function placeOf(path: string): string {
  const server = /^apps\/server\/src\/([^/]+)/.exec(path)?.[1]
  if (server) return server.replace(/\.tsx?$/, '')
  return /^(?:packages|apps)\/([^/]+)/.exec(path)?.[1] ?? path.split('/')[0] ?? path
}

function isOtherChannel(from: string, to: string): boolean {
  const channel = /^apps\/server\/src\/channels\/([^/]+)\//
  const [here, there] = [channel.exec(from)?.[1], channel.exec(to)?.[1]]
  return here !== undefined && there !== undefined && here !== there
}
