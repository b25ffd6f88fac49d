import type { LiveNews } from '@fairlead/contract'
import type { MemberId, WorkspaceId } from '../platform/ids.ts'

/** One message of a stream; `id` is where to go on from, when it is lost after this one. */
export interface LiveMessage {
  readonly id: string
  readonly news: LiveNews
}

// A client this far behind is told to load anew, rather than kept in memory.
const mostWaiting = 1_000

/** One member's open stream: what is put in comes out in order, as fast as it is taken. */
export class LiveStream {
  readonly workspaceId: WorkspaceId
  readonly memberId: MemberId
  #waiting: LiveMessage[] = []
  #isEnded = false
  #wake: () => void = () => undefined

  constructor(whose: { workspaceId: WorkspaceId; memberId: MemberId }) {
    this.workspaceId = whose.workspaceId
    this.memberId = whose.memberId
  }

  put(messages: readonly LiveMessage[]): void {
    const last = messages.at(-1)
    if (this.#isEnded || last === undefined) return
    this.#waiting.push(...messages)
    if (this.#waiting.length > mostWaiting) this.#waiting = [{ id: last.id, news: { type: 'reset' } }]
    this.#wake()
  }

  /** Before anything that was put in, and before anybody reads. */
  putFirst(messages: readonly LiveMessage[]): void {
    this.#waiting.unshift(...messages)
    this.#wake()
  }

  /** What was put in before still comes out. */
  end(): void {
    this.#isEnded = true
    this.#wake()
  }

  async *read(): AsyncGenerator<LiveMessage, void> {
    for (;;) {
      const next = this.#waiting.shift()
      if (next !== undefined) yield next
      else if (this.#isEnded) return
      else
        await new Promise<void>(resolve => {
          this.#wake = resolve
        })
    }
  }
}
