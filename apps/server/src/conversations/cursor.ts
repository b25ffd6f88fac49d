import { Problem } from '@fairlead/contract'
import { z } from 'zod'

/** A place in a list: the sort time in UTC with microseconds (which a Date would lose) and the row's id. */
export interface Place {
  readonly at: string
  readonly id: string
}

/** Where a page begins, and which way it lies from there. */
export interface Cursor extends Place {
  readonly goes: 'on' | 'back'
}

const shape = z.tuple([
  z.string().regex(/^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}\+00$/),
  z.uuid(),
  z.enum(['on', 'back']),
])

export function writeCursor({ at, id, goes }: Cursor): string {
  return Buffer.from(JSON.stringify([at, id, goes])).toString('base64url')
}

/** Null: from the beginning. Problem: request.invalid, for anything that `writeCursor` did not write. */
export function readCursor(cursor: string | undefined): Cursor | null {
  if (cursor === undefined) return null
  try {
    const [at, id, goes] = shape.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
    return { at, id, goes }
  } catch {
    throw new Problem('request.invalid', {
      field: 'cursor',
      rule: 'it must be the nextCursor or previousCursor of another page',
    })
  }
}

/** Below zero where `a` comes before `b`, oldest first. */
export function comparePlaces(a: Place, b: Place): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1
  if (a.id === b.id) return 0
  return a.id < b.id ? -1 : 1
}
