import { spawn } from 'node:child_process'
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

const apps = join(import.meta.dirname, '..', '..', '..')
const web = join(apps, 'web')
const built = join(web, 'dist')
/** Whatever the built app is made from. */
const sources = [
  ...['src', 'public', 'index.html', 'vite.config.ts', 'contract-routes.ts', 'package.json'].map(name =>
    join(web, name),
  ),
  join(apps, '..', 'packages', 'contract', 'src'),
]

/**
 * Builds the web app where it was never built or its sources are newer; after `npm ci` that is once, about 4 seconds.
 * An installation without sources or without the build tools keeps what it has. `tell` says what takes the time.
 * Answers false where there is no app to serve.
 */
export async function buildWebApp(tell: (line: string) => void): Promise<boolean> {
  const isBuilt = existsSync(join(built, 'index.html'))
  const vite = findVite()
  if (vite === null || (isBuilt && !isStale())) return isBuilt
  tell(isBuilt ? 'Building the web app again: its sources have changed …' : 'Building the web app, once …')
  // Into a folder of its own: an app that is being served, or built by another process, stays whole.
  const fresh = `${built}-${process.pid}`
  const problem = await run(vite, fresh)
  if (problem !== null) tell(`The web app could not be built:\n${problem}`)
  else await replace(fresh)
  rmSync(fresh, { recursive: true, force: true })
  return existsSync(join(built, 'index.html'))
}

function findVite(): string | null {
  if (!existsSync(join(web, 'vite.config.ts'))) return null
  try {
    const manifest = createRequire(join(web, 'package.json')).resolve('vite/package.json')
    return join(manifest, '..', 'bin', 'vite.js')
  } catch {
    return null
  }
}

function isStale(): boolean {
  const builtAt = statSync(join(built, 'index.html')).mtimeMs
  return sources.some(source => newest(source) > builtAt)
}

function newest(path: string): number {
  const { mtimeMs, isDirectory } = describe(path)
  return isDirectory ? Math.max(mtimeMs, ...readdirSync(path).map(name => newest(join(path, name)))) : mtimeMs
}

function describe(path: string): { mtimeMs: number; isDirectory: boolean } {
  const found = statSync(path, { throwIfNoEntry: false })
  return { mtimeMs: found?.mtimeMs ?? 0, isDirectory: found?.isDirectory() ?? false }
}

/** Answers what went wrong, or null. */
async function run(vite: string, folder: string): Promise<string | null> {
  const child = spawn(process.execPath, [vite, 'build', '--outDir', folder, '--logLevel', 'error'], {
    cwd: web,
    // What calls us may be a test, and its environment would build a slower app.
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const code = new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', exit => resolve(exit ?? 1))
  })
  const [output, errors, exit] = await Promise.all([text(child.stdout), text(child.stderr), code])
  return exit === 0 ? null : `${output}${errors}`.trim()
}

/** The old app goes and the new one takes its place; where another process was quicker, its app is as good. */
async function replace(fresh: string): Promise<void> {
  const old = `${fresh}-old`
  await rename(built, old).catch(() => undefined)
  await rename(fresh, built).catch(() => undefined)
  rmSync(old, { recursive: true, force: true })
}
