/** Vitest reporter: names, in one line at the end, the suites that were left out, and why. */
import type { Reporter, TestModule } from 'vitest/node'
import { missingPrograms } from '../apps/server/src/testing/needs.ts'

export default class NotRunHere implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const left = modules.filter(hasSkippedSuite).map(module => module.relativeModuleId)
    if (left.length === 0) return
    const missing = missingPrograms()
    const why = missing.length > 0 ? `missing here: ${missing.join(', ')}; by hand: ` : 'run by hand: '
    console.log(`not run: ${left.join(', ')} (${why}docs/testing.md)`)
  }
}

function hasSkippedSuite(module: TestModule): boolean {
  return [...module.children.allSuites()].some(suite => suite.options.mode === 'skip')
}
