/**
 * `npm run check`: everything about the code that can be told without running it. A line and its seconds for each
 * part, then what it found; exit code 1 if anything found is an error.
 */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { text } from 'node:stream/consumers'
import { checkCycles } from './rules/cycles.ts'
import { checkLicences, checkLockIsWhole, checkPinned } from './rules/dependencies.ts'
import { checkDocsLinks } from './rules/docs-links.ts'
import { checkDrawnTree } from './rules/drawn-tree.ts'
import { checkForbiddenText } from './rules/forbidden-text.ts'
import { checkGeneratedDocs } from './rules/generated-docs.ts'
import { checkLayers } from './rules/layers.ts'
import { checkNames } from './rules/names.ts'
import { type Finding, type Rule, readTree } from './rules/rule.ts'
import { checkFileSizes, readBiomeReport } from './rules/sizes.ts'

const root = join(import.meta.dirname, '..')
const tree = readTree(root)
const folders = ['packages', 'apps', 'simulator', 'bench', 'e2e', 'scripts'].filter(folder =>
  [...tree.keys()].some(path => path.startsWith(`${folder}/`)),
)

interface Part {
  readonly name: string
  readonly run: () => Promise<Finding[]> | Finding[]
}
const rule = (name: string, check: Rule): Part => ({ name, run: () => check(tree) })

const parts: readonly Part[] = [
  { name: 'types (tsc)', run: () => tool('tsc', ['-p', '.', '--pretty', 'false']) },
  { name: 'types of the web app (tsc)', run: () => tool('tsc', ['-p', 'apps/web', '--pretty', 'false']) },
  { name: 'promises (oxlint)', run: () => tool('oxlint', ['--type-aware', '--quiet', ...folders]) },
  { name: 'format and lint (biome)', run: biome },
  { name: 'dead code (knip)', run: () => tool('knip', ['--no-progress', '--no-config-hints']) },
  rule('layers', checkLayers),
  rule('import cycles', checkCycles),
  rule('file sizes', checkFileSizes),
  rule('names', checkNames),
  rule('links in documents', checkDocsLinks),
  rule('generated parts of documents', checkGeneratedDocs),
  rule('the drawn tree', checkDrawnTree),
  rule('text that has no place here', checkForbiddenText),
  rule('pinned versions', checkPinned),
  rule('the lock is whole', checkLockIsWhole),
  { name: 'licences', run: () => checkLicences(tree, installedLicence) },
]

/** A tool of node_modules/.bin: silence and exit code 0, or its whole output as one finding. */
async function tool(name: string, args: readonly string[]): Promise<Finding[]> {
  const { code, output } = await spawned(name, args)
  return code === 0 ? [] : [{ level: 'error', at: name, says: `\n${output.trim()}` }]
}

/** Sizes of functions come with Biome's report, so that one parser has read them. */
async function biome(): Promise<Finding[]> {
  const { output } = await spawned('biome', ['check', '--reporter=json', '--max-diagnostics=none'])
  return readBiomeReport(output)
}

async function spawned(name: string, args: readonly string[]): Promise<{ code: number; output: string }> {
  const child = spawn(join(root, 'node_modules', '.bin', name), args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => resolve(code ?? 1))
  })
  const [output, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), exited])
  return { code, output: name === 'biome' ? output : output + errors }
}

function installedLicence(path: string): unknown {
  try {
    return JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')).license ?? null
  } catch {
    return null
  }
}

/** Runs one part, prints its line, and says whether it passed. */
async function report(part: Part): Promise<boolean> {
  const startedAt = performance.now()
  const findings = await found(part)
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  const passed = findings.every(finding => finding.level === 'warning')
  console.log(`${passed ? 'ok  ' : 'FAIL'} ${part.name.padEnd(32)} ${seconds.padStart(5)} s`)
  for (const { level, at, says } of findings) console.log(`     ${level} ${at} ${says}`)
  return passed
}

/** A part that throws has failed; it says how. */
async function found(part: Part): Promise<Finding[]> {
  try {
    return await part.run()
  } catch (error) {
    return [{ level: 'error', at: part.name, says: String(error) }]
  }
}

const passed = await Promise.all(parts.map(report))
const failed = passed.filter(ok => !ok).length
const seconds = (performance.now() / 1000).toFixed(1)
const verdict =
  failed === 0 ? `all ${parts.length} parts passed` : `${failed} of ${parts.length} parts failed`
console.log(`${verdict}, ${seconds} s`)
process.exitCode = failed === 0 ? 0 : 1
