/** Vitest reporter: names, in one line at the end, the suites that this machine left out and what they need. */
import type { Reporter, TestModule } from 'vitest/node'
import { missingPrograms } from '../apps/server/src/testing/needs.ts'

export default class NotRunHere implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const left = modules.filter(hasSkippedSuite).map(module => module.relativeModuleId)
    if (left.length > 0) {
      console.log(
        `not run here: ${left.join(', ')} (cannot run: ${missingPrograms().join(', ') || 'nothing'})`,
      )
    }
  }
}

function hasSkippedSuite(module: TestModule): boolean {
  return [...module.children.allSuites()].some(suite => suite.options.mode === 'skip')
}
