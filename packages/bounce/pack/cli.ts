/**
 * Makes the package that npm publishes. In the workspace the package points at its TypeScript, which Node
 * runs as it stands; inside node_modules Node refuses that, so the packed package points at compiled
 * JavaScript. npm takes package.json as it lies in the folder: it is rewritten before packing and put back after.
 */
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const at = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url))
const kept = at('package.workspace.json')

interface Manifest {
  exports: Record<string, unknown>
  bin: Record<string, string>
  scripts?: unknown
}

function before(): void {
  rmSync(at('dist'), { recursive: true, force: true })
  execFileSync('tsc', ['-p', at('tsconfig.build.json')], { stdio: ['ignore', 2, 2] })
  if (!existsSync(kept)) copyFileSync(at('package.json'), kept)
  const manifest = JSON.parse(readFileSync(kept, 'utf8')) as Manifest
  const compiled = (source: string): Record<string, string> => {
    const path = source.replace('./src/', './dist/')
    return { types: path.replace(/\.ts$/, '.d.ts'), default: path.replace(/\.ts$/, '.js') }
  }
  manifest.exports = Object.fromEntries(
    Object.entries(manifest.exports).map(([name, source]) => [name, compiled(String(source))]),
  )
  manifest.bin = { 'fairlead-bounce': './dist/cli.js' }
  delete manifest.scripts
  writeFileSync(at('package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
}

function after(): void {
  if (existsSync(kept)) renameSync(kept, at('package.json'))
}

if (process.argv[2] === 'after') after()
else before()
