/** Files warn at 250 lines and stop at 400; functions, measured by Biome, warn at 40 and stop at 80. */
import { type Finding, isSource, isTest, type SourceTree } from './rule.ts'

const file = { warn: 250, stop: 400 }
const functionLines = { stop: 80 }

export function checkFileSizes(tree: SourceTree): Finding[] {
  return [...tree].flatMap(([path, text]) => {
    const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
    if (!isSource(path) || lines <= file.warn || (isTest(path) && lines <= file.stop)) return []
    const level = lines > file.stop ? ('error' as const) : ('warning' as const)
    return [{ level, at: path, says: `${lines} lines: split it by what its parts do` }]
  })
}

interface BiomeReport {
  readonly diagnostics: readonly {
    readonly severity: string
    readonly category: string | null
    readonly message: string
    readonly location: { readonly path: string; readonly start: { readonly line: number } }
  }[]
}

/** Biome's JSON report as findings: a function beyond 80 lines is an error, all else keeps its severity. */
export function readBiomeReport(json: string): Finding[] {
  const { diagnostics } = JSON.parse(json) as BiomeReport
  return diagnostics.map(({ severity, category, message, location }) => {
    const lines = category?.endsWith('noExcessiveLinesPerFunction')
      ? Number(/\((\d+)\)/.exec(message)?.[1])
      : 0
    const isError = severity === 'error' || severity === 'fatal' || lines > functionLines.stop
    return {
      level: isError ? 'error' : 'warning',
      at: `${location.path}:${location.start.line}`,
      says: `${message} (${category ?? 'biome'})`,
    }
  })
}
