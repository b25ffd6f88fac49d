import type { Draft } from '@fairlead/contract'
import { type ApiError, isPassing, isProblem, isSignedOut } from '../../api/api-error.ts'
import { api } from '../../api/client.ts'
import type { DraftContent } from './draft-content.ts'
import { forgetLocally, keepLocally } from './local-copy.ts'

/** Where the draft stands between this page and the server. */
export type SaveState =
  | { readonly is: 'untouched' | 'typing' | 'saving' }
  | { readonly is: 'saved'; readonly at: Date }
  | { readonly is: 'kept-here'; readonly hasRoom: boolean; readonly isSignedOut: boolean }
  | { readonly is: 'conflict'; readonly theirs: Draft }
  | { readonly is: 'refused'; readonly error: unknown }

type Known = Pick<Draft, 'id' | 'version'>

interface KeeperParts {
  readonly memberId: string
  readonly createKey: string
  /** What this window is called, told to another one that finds its save. */
  readonly savedFrom: string
  readonly known: Known | null
  /** What is on the page now. */
  readonly read: () => DraftContent
  readonly onCreated: (id: string) => void
  readonly onSignedOut: () => void
}

const quietMs = 1_000
const longestMs = 5_000
const firstRetryMs = 1_000
const lastRetryMs = 10_000

/** The draft could not be saved, so it cannot be sent either; the header says why. */
export class NotSavedError extends Error {}

/**
 * Saves a draft: a second after the last keystroke, at least every five seconds from the first one. What the server
 * does not have is kept on this device until it does. Never saves over a version that this page has not seen.
 */
export class DraftKeeper {
  readonly #parts: KeeperParts
  readonly #listeners = new Set<() => void>()
  #state: SaveState = { is: 'untouched' }
  #known: Known | null
  #changes = 0
  #savedChanges = 0
  #firstChangeAt: number | null = null
  #retryMs = firstRetryMs
  #timer: ReturnType<typeof setTimeout> | undefined
  #running: Promise<void> | null = null
  #isStopped = false

  constructor(parts: KeeperParts) {
    this.#parts = parts
    this.#known = parts.known
  }

  readonly state = (): SaveState => this.#state
  readonly known = (): Known | null => this.#known
  readonly isDirty = (): boolean => this.#changes > this.#savedChanges
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Something was typed or chosen. */
  readonly changed = (): void => {
    this.#changes += 1
    const { is } = this.#state
    if (is === 'conflict' || is === 'kept-here') this.keepHere()
    else if (is !== 'saving') this.#tell({ is: 'typing' })
    // A conflict waits for a choice; what is kept here has its next try planned, or waits for a session.
    if (this.#running === null && is !== 'conflict' && is !== 'kept-here') this.#planSave()
  }

  /** Saves at once what the server does not have; the draft as it stands there. Fails with what keeps it from that. */
  readonly flush = async (): Promise<Known> => {
    for (let tries = 0; tries < 3 && (this.#known === null || this.isDirty()); tries += 1) {
      if (this.#state.is === 'conflict') break
      await this.#save()
      const now = this.state()
      if (now.is === 'refused') throw now.error
      if (now.is === 'kept-here') break
    }
    if (this.#known === null || this.isDirty()) throw new NotSavedError()
    return this.#known
  }

  /** Tries again now: the network, the server or the session is back. */
  readonly retry = (): void => {
    if (this.#state.is === 'kept-here' || this.#state.is === 'refused') void this.#save()
  }

  /** Answers a conflict: what is on this page becomes the newest version. */
  readonly keepMine = (): void => {
    if (this.#state.is !== 'conflict') return
    this.#known = { id: this.#state.theirs.id, version: this.#state.theirs.version }
    this.#changes += 1
    void this.#save()
  }

  /** The page now shows this version; what it had before is given up. */
  readonly tookTheirs = (theirs: Draft): void => {
    this.#known = { id: theirs.id, version: theirs.version }
    this.#settle(new Date(theirs.savedAt))
  }

  /** The page shows what another window saved over: a choice is due. */
  readonly meet = (theirs: Draft): void => {
    this.#changes += 1
    this.#tell({ is: 'conflict', theirs })
  }

  /** Keeps what is on the page on this device; false where there is no room. */
  readonly keepHere = (): boolean =>
    keepLocally(this.#parts.memberId, {
      ...{ content: this.#parts.read(), createKey: this.#parts.createKey, keptAt: Date.now() },
      base: this.#known,
    })

  /** The email has left or the draft is deleted: nothing more is saved or kept. */
  readonly finish = (): void => {
    this.#isStopped = true
    this.#settle(new Date())
  }

  /** The page goes: what is unsaved is kept here and sent once more. */
  readonly leave = (): void => {
    clearTimeout(this.#timer)
    if (this.isDirty()) this.keepHere()
    if (this.isDirty() && this.#state.is !== 'conflict') void this.#save()
    this.#isStopped = true
  }

  /** Back after `leave`, as React does in development. */
  readonly stay = (): void => {
    this.#isStopped = false
  }

  #tell(next: SaveState): void {
    this.#state = next
    for (const listener of this.#listeners) listener()
  }

  #settle(at: Date): void {
    clearTimeout(this.#timer)
    this.#savedChanges = this.#changes
    this.#firstChangeAt = null
    forgetLocally(this.#parts.memberId, this.#parts.createKey)
    this.#tell({ is: 'saved', at })
  }

  #plan(ms: number): void {
    clearTimeout(this.#timer)
    if (!this.#isStopped) this.#timer = setTimeout(() => void this.#save(), Math.max(0, ms))
  }

  #planSave(): void {
    this.#firstChangeAt ??= Date.now()
    this.#plan(Math.min(quietMs, this.#firstChangeAt + longestMs - Date.now()))
  }

  #save(): Promise<void> {
    this.#running ??= this.#saveOnce().finally(() => {
      this.#running = null
      if (this.isDirty() && this.#state.is === 'typing') this.#planSave()
    })
    return this.#running
  }

  async #saveOnce(): Promise<void> {
    clearTimeout(this.#timer)
    this.#firstChangeAt = null
    const upTo = this.#changes
    const content = this.#parts.read()
    this.keepHere()
    this.#tell({ is: 'saving' })
    try {
      const saved = await this.#send(content)
      this.#retryMs = firstRetryMs
      this.#took(saved, upTo)
    } catch (error) {
      await this.#failed(error)
    }
  }

  #send(content: DraftContent): Promise<Draft> {
    const { savedFrom, createKey } = this.#parts
    return this.#known === null
      ? api.drafts.create({ ...content, savedFrom, createKey })
      : api.drafts.save({ ...content, savedFrom, id: this.#known.id, version: this.#known.version })
  }

  #took(saved: Draft, upTo: number): void {
    const isNew = this.#known === null
    this.#known = { id: saved.id, version: saved.version }
    this.#savedChanges = Math.max(this.#savedChanges, upTo)
    if (this.isDirty()) {
      this.keepHere()
      this.#tell({ is: 'typing' })
    } else this.#settle(new Date(saved.savedAt))
    if (isNew && !this.#isStopped) this.#parts.onCreated(saved.id)
  }

  async #failed(error: unknown): Promise<void> {
    const hasRoom = this.keepHere()
    if (isProblem(error, 'draft.changed')) return this.#meetTheirs(error)
    if (isSignedOut(error)) {
      this.#tell({ is: 'kept-here', hasRoom, isSignedOut: true })
      this.#parts.onSignedOut()
    } else if (isPassing(error)) {
      this.#tell({ is: 'kept-here', hasRoom, isSignedOut: false })
      this.#plan(this.#retryMs)
      this.#retryMs = Math.min(this.#retryMs * 2, lastRetryMs)
    } else this.#tell({ is: 'refused', error })
  }

  async #meetTheirs(error: ApiError): Promise<void> {
    if (this.#known === null) return this.#tell({ is: 'refused', error })
    try {
      this.#tell({ is: 'conflict', theirs: await api.drafts.get({ id: this.#known.id }) })
    } catch (failure) {
      await this.#failed(failure)
    }
  }
}
