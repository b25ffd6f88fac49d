import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readSettings, type SimulatorSettings } from './settings.ts'
import type { Zone } from './zone/zone.ts'

/** Zone and settings as they were put, so that a restarted simulator answers as before. */
export interface SimulatorState {
  readonly zone: Zone
  readonly settings: SimulatorSettings
}

const fileName = 'state.json'

/** Reads what an earlier run saved into `state`; nothing, or something unreadable, leaves the defaults. */
export async function loadState(folder: string, { zone, settings }: SimulatorState): Promise<void> {
  const text = await readFile(join(folder, fileName), 'utf8').catch(() => '{}')
  try {
    const saved: { zone?: unknown[]; settings?: unknown } = JSON.parse(text)
    zone.put(saved.zone ?? [])
    Object.assign(settings, readSettings(saved.settings ?? {}))
  } catch {
    // Of another version or damaged: the defaults are a simulator too.
  }
}

/** Makes the function that saves `state`; calls while one is under way share the next. */
export function stateSaver(folder: string, { zone, settings }: SimulatorState): () => Promise<void> {
  const path = join(folder, fileName)
  let last = Promise.resolve()
  let next: Promise<void> | undefined
  const save = async () => {
    next = undefined
    await writeFile(`${path}.new`, JSON.stringify({ zone: zone.list(), settings }))
    await rename(`${path}.new`, path)
  }
  return () => {
    next ??= last.then(save, save)
    last = next.catch(() => {})
    return next
  }
}
