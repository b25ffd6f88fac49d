import { chmodSync, mkdirSync } from 'node:fs'
import { codeOf, PlainError } from './plain-error.ts'

/**
 * Makes the data folder where it is missing: 0711 for root, so that the database server's own user can pass through;
 * the user's alone otherwise. A folder that is there keeps its mode.
 */
export function makeDataFolder(path: string): void {
  try {
    const isNew = mkdirSync(path, { recursive: true, mode: 0o755 }) !== undefined
    if (isNew) chmodSync(path, process.getuid?.() === 0 ? 0o711 : 0o700)
  } catch (error) {
    throw new PlainError(
      `The data folder ${path} cannot be made (${codeOf(error)}). Set FAIRLEAD_DATA to a folder that Fairlead may write.`,
    )
  }
}
