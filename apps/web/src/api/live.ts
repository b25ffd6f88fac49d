import { apiPrefix, type LiveNews } from '@fairlead/contract'
import type { QueryClient, QueryFilters } from '@tanstack/react-query'
import { keys } from './keys.ts'

/** A fact that somebody on this page may want to tell at once. */
export type LiveEvent = Extract<LiveNews, { type: 'event' }>

export type LiveState = 'connecting' | 'live' | 'cut'

const firstRetryMs = 1_000
const lastRetryMs = 60_000
// Facts of one send come in a bunch; the lists are asked for once for all of them.
const bunchMs = 250

interface Live {
  readonly client: QueryClient
  readonly onState: (state: LiveState) => void
  readonly onEvent: (event: LiveEvent) => void
}

/**
 * Keeps what is shown true while the page is open: new facts make the lists and emails they speak of be asked for
 * anew. A lost connection is made again by the browser, with the id of the last message, and what was missed comes
 * first; where the server refused (signed out, too many pages), it is tried again later and later. Answers what ends it.
 */
export function listenLive({ client, onState, onEvent }: Live): () => void {
  const refresh = inBunches(client)
  let stream: EventSource | null = null
  let retry: ReturnType<typeof setTimeout> | undefined
  let retryMs = firstRetryMs
  let after = ''
  const open = () => {
    onState('connecting')
    stream = new EventSource(`${apiPrefix}/live${after && `?${new URLSearchParams({ after })}`}`)
    stream.addEventListener('message', message => {
      after = message.lastEventId || after
      const news = newsIn(message.data)
      if (news === null) return
      retryMs = firstRetryMs
      onState('live')
      if (news.type === 'event') onEvent(news)
      refresh(news)
    })
    stream.addEventListener('error', () => {
      onState('cut')
      if (stream?.readyState !== EventSource.CLOSED) return
      retry = setTimeout(open, retryMs)
      retryMs = Math.min(retryMs * 2, lastRetryMs)
    })
  }
  open()
  return () => {
    clearTimeout(retry)
    stream?.close()
  }
}

/** The news in a message, or null for one that a newer server sends and this page does not know. */
function newsIn(text: unknown): LiveNews | null {
  try {
    const news = JSON.parse(String(text)) as LiveNews
    return ['ready', 'event', 'link', 'domain', 'reset'].includes(news.type) ? news : null
  } catch {
    return null
  }
}

/** Collects for a moment, then asks anew for the emails that were spoken of and, where something moved, the lists. */
function inBunches(client: QueryClient): (news: LiveNews) => void {
  const changed = new Map<string, QueryFilters>()
  const note = (queryKey: readonly unknown[], exact = false) =>
    changed.set(JSON.stringify([queryKey, exact]), { queryKey, exact })
  let timer: ReturnType<typeof setTimeout> | undefined
  const ask = () => {
    timer = undefined
    for (const queries of changed.values()) void client.invalidateQueries(queries)
    changed.clear()
  }
  const schedule = () => {
    timer ??= setTimeout(ask, bunchMs)
  }
  return news => {
    if (news.type === 'ready') return
    if (news.type !== 'event') note(keys.links)
    if (news.type === 'domain' || news.type === 'reset') {
      note(keys.domains)
      note(keys.identities)
    }
    if (news.type === 'domain') return schedule()
    if (news.type !== 'link') note(news.type === 'event' ? keys.email(news.emailId) : keys.emails)
    if (news.type !== 'event' || news.hasMoved) note(keys.conversations)
    // How much waits for each channel; what recipients see of one stays.
    if (news.type === 'event' && news.hasMoved) {
      note(keys.links, true)
      note(keys.dayLimits)
    }
    schedule()
  }
}
