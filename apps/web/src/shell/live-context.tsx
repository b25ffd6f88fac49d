import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react'
import { type LiveEvent, type LiveState, listenLive } from '../api/live.ts'

type OnEvent = (event: LiveEvent) => void
interface LiveContextValue {
  readonly state: LiveState
  readonly listeners: Set<OnEvent>
}
const LiveContext = createContext<LiveContextValue>({ state: 'connecting', listeners: new Set() })

/** One stream for the whole page, however many parts of it listen. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient()
  const [state, setState] = useState<LiveState>('connecting')
  const [listeners] = useState(() => new Set<OnEvent>())
  useEffect(() => {
    const onEvent: OnEvent = event => {
      for (const listener of listeners) listener(event)
    }
    return listenLive({ client, onState: setState, onEvent })
  }, [client, listeners])
  return <LiveContext value={{ state, listeners }}>{children}</LiveContext>
}

/** Whether new facts come by themselves just now. */
export const useLiveState = (): LiveState => useContext(LiveContext).state

/** Calls back for each new fact; lists and emails are asked for anew without it. */
export function useLiveEvents(onEvent: OnEvent): void {
  const { listeners } = useContext(LiveContext)
  const latest = useRef(onEvent)
  latest.current = onEvent
  useEffect(() => {
    const listener: OnEvent = event => latest.current(event)
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }, [listeners])
}
