import type { DraftContent } from './draft-content.ts'

/** What was typed and is not on the server yet, kept on this device. */
export interface LocalCopy {
  readonly content: DraftContent
  /** The draft it belongs to and the version it was made from; null: never saved at all. */
  readonly base: { readonly id: string; readonly version: number } | null
  readonly createKey: string
  readonly keptAt: number
}

const prefix = (memberId: string): string => `fairlead-unsaved-${memberId}-`
const lastKey = 'fairlead-compose-key'
// Another window that still writes keeps its copy younger than this.
const abandonedMs = 60_000

/** Keeps the copy; false where this device has no room for it. */
export function keepLocally(memberId: string, copy: LocalCopy): boolean {
  try {
    localStorage.setItem(`${prefix(memberId)}${copy.createKey}`, JSON.stringify(copy))
    sessionStorage.setItem(lastKey, copy.createKey)
    return true
  } catch {
    return false
  }
}

export function forgetLocally(memberId: string, createKey: string): void {
  localStorage.removeItem(`${prefix(memberId)}${createKey}`)
}

/**
 * The copy of this draft, or with null of an email that was never saved: this window's own, or one whose window is
 * gone. The youngest wins.
 */
export function findLocally(memberId: string, draftId: string | null): LocalCopy | null {
  const own = sessionStorage.getItem(lastKey)
  const isFree = (copy: LocalCopy) => copy.createKey === own || Date.now() - copy.keptAt > abandonedMs
  return (
    copiesOf(memberId)
      .filter(copy => (copy.base?.id ?? null) === draftId && (draftId !== null || isFree(copy)))
      .toSorted((a, b) => b.keptAt - a.keptAt)[0] ?? null
  )
}

function copiesOf(memberId: string): LocalCopy[] {
  return Object.keys(localStorage)
    .filter(key => key.startsWith(prefix(memberId)))
    .flatMap(key => {
      try {
        const copy = JSON.parse(localStorage.getItem(key) ?? '') as LocalCopy
        return Array.isArray(copy.content.to) ? [copy] : []
      } catch {
        return []
      }
    })
}
