/** No import cycles, type-only imports included: files of a cycle can only be understood all at once. */
import { importsOf } from './import-graph.ts'
import type { Finding, SourceTree } from './rule.ts'

/** One finding per knot of files that import each other, with a shortest way round it. */
export function checkCycles(tree: SourceTree): Finding[] {
  const graph = new Map<string, Set<string>>()
  for (const { from, to } of importsOf(tree)) {
    if (to && tree.has(to)) graph.set(from, (graph.get(from) ?? new Set()).add(to))
  }
  const told = new Set<string>()
  return [...graph.keys()].flatMap(start => {
    const round = told.has(start) ? null : shortestRound(graph, start)
    if (!round) return []
    for (const file of round) told.add(file)
    return [{ level: 'error' as const, at: start, says: `import cycle: ${round.join(' → ')}` }]
  })
}

/** Breadth first from `start` until an import leads back to it; null if none does. */
function shortestRound(graph: ReadonlyMap<string, ReadonlySet<string>>, start: string): string[] | null {
  const cameFrom = new Map<string, string>()
  const queue = [start]
  for (const file of queue) {
    for (const next of graph.get(file) ?? []) {
      if (next === start) return [...wayTo(file, cameFrom), start]
      if (!cameFrom.has(next)) {
        cameFrom.set(next, file)
        queue.push(next)
      }
    }
  }
  return null
}

function wayTo(file: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const before = cameFrom.get(file)
  return before === undefined ? [file] : [...wayTo(before, cameFrom), file]
}
