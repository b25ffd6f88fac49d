import { apiPrefix, type Draft, type DraftAttachment } from '@fairlead/contract'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { sessionQuery, useMember } from '../../api/session.ts'
import { type BodyHandle, plainBody } from '../../ui/editor/body-handle.ts'
import { contentOf, type DraftContent, randomKey } from './draft-content.ts'
import { DraftKeeper } from './draft-keeper.ts'

/** A draft as the page opens it. */
export interface OpenedDraft {
  readonly content: DraftContent
  readonly attachments: readonly DraftAttachment[]
  readonly known: Pick<Draft, 'id' | 'version'> | null
  readonly createKey: string
  /** It holds what the server does not have. */
  readonly isRestored: boolean
  /** What another window saved meanwhile. */
  readonly theirs: Draft | null
}

const windowName = randomKey().slice(0, 8)

/** The email on this page: what is typed, and the keeper that saves it. */
export function useDraft(opened: OpenedDraft, onCreated: (id: string) => void) {
  const { member } = useMember()
  const client = useQueryClient()
  const [content, setContent] = useState(opened.content)
  const [attachments, setAttachments] = useState(opened.attachments)
  const latest = useRef({ content, attachments, onCreated })
  latest.current.onCreated = onCreated
  const body = useRef<BodyHandle>(plainBody(opened.content.html))
  const [keeper] = useState(
    () =>
      new DraftKeeper({
        ...{ memberId: member.id, createKey: opened.createKey, savedFrom: windowName, known: opened.known },
        read: () => ({ ...latest.current.content, html: body.current.html() }),
        onCreated: id => latest.current.onCreated(id),
        onSignedOut: () => void client.invalidateQueries({ queryKey: keys.session }),
      }),
  )
  const show = useCallback((next: DraftContent) => {
    latest.current.content = next
    setContent(next)
  }, [])
  const showAttachments = useCallback((next: readonly DraftAttachment[]) => {
    latest.current.attachments = next
    setAttachments(next)
  }, [])
  const take = useCallback(
    (theirs: Draft) => {
      show(contentOf(theirs))
      showAttachments(theirs.attachments)
      body.current.replace(theirs.html)
      keeper.tookTheirs(theirs)
    },
    [keeper, show, showAttachments],
  )
  useKeeping(keeper, opened, take)
  return {
    ...{ content, attachments, body, keeper, take },
    state: useSyncExternalStore(keeper.subscribe, keeper.state),
    set(part: Partial<DraftContent>) {
      show({ ...latest.current.content, ...part })
      keeper.changed()
    },
    attached: (one: DraftAttachment) => showAttachments([...latest.current.attachments, one]),
    detached: (id: string) => showAttachments(latest.current.attachments.filter(each => each.id !== id)),
    pictureUrl(source: string): string | null {
      const found = latest.current.attachments.find(each => `cid:${each.contentId}` === source)
      return found ? `${apiPrefix}/attachments/${found.id}/content` : null
    },
  }
}

/** What makes the keeper try again, look for other windows, and keep what is unsaved when the page goes. */
function useKeeping(keeper: DraftKeeper, opened: OpenedDraft, take: (theirs: Draft) => void): void {
  const { data: session } = useQuery(sessionQuery)
  const isSignedIn = session?.is === 'signed-in'
  useEffect(() => {
    if (isSignedIn) keeper.retry()
  }, [isSignedIn, keeper])
  useEffect(() => {
    keeper.stay()
    if (opened.theirs) keeper.meet(opened.theirs)
    else if (opened.isRestored) keeper.changed()
    const ends = new AbortController()
    const on = { signal: ends.signal }
    window.addEventListener('online', () => keeper.retry(), on)
    window.addEventListener('focus', () => void lookForTheirs(keeper, take), on)
    window.addEventListener('pagehide', () => void (keeper.isDirty() && keeper.keepHere()), on)
    window.addEventListener(
      'beforeunload',
      event => {
        const state = keeper.state()
        if (state.is === 'kept-here' && !state.hasRoom) event.preventDefault()
      },
      on,
    )
    return () => {
      ends.abort()
      keeper.leave()
    }
  }, [keeper, opened, take])
}

/** Back in this window: what another one saved meanwhile is shown, where nothing here would be lost by it. */
async function lookForTheirs(keeper: DraftKeeper, take: (theirs: Draft) => void): Promise<void> {
  const known = keeper.known()
  if (known === null || keeper.state().is === 'conflict' || keeper.isDirty()) return
  const theirs = await api.drafts.get({ id: known.id }).catch(() => null)
  if (theirs !== null && theirs.version > (keeper.known()?.version ?? 0) && !keeper.isDirty()) take(theirs)
}
