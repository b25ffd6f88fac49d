import { randomBytes } from 'node:crypto'
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from './config.ts'
import { makeDataFolder } from './make-folder.ts'
import { codeOf, PlainError } from './plain-error.ts'

/**
 * The keys of FAIRLEAD_APP_KEYS, or in sandbox mode the key in FAIRLEAD_DATA/app-key, which is made when it is
 * missing. Two processes that start at once end up with the same one.
 */
export function appKeysOf(config: Config): readonly string[] {
  if (config.appKeys.length > 0) return config.appKeys
  const path = join(config.dataFolder, 'app-key')
  return [readKey(path) ?? makeKey(config.dataFolder, path)]
}

function readKey(path: string): string | null {
  try {
    const key = readFileSync(path, 'utf8').trim()
    if (key.length >= 32) return key
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw new PlainError(`${path} cannot be read (${codeOf(error)}). Start Fairlead as the user who owns it.`)
  }
  throw new PlainError(`${path} is damaged. Put it back from your backup, or set FAIRLEAD_APP_KEYS.`)
}

function makeKey(folder: string, path: string): string {
  const mine = `${path}.${randomBytes(4).toString('hex')}`
  const key = randomBytes(32).toString('base64')
  makeDataFolder(folder)
  writeFileSync(mine, `${key}\n`, { mode: 0o600, flush: true })
  try {
    linkSync(mine, path)
    return key
  } catch (error) {
    const others = codeOf(error) === 'EEXIST' ? readKey(path) : null
    if (others) return others
    throw error
  } finally {
    rmSync(mine, { force: true })
  }
}
