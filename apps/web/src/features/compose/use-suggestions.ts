import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useDeferredValue } from 'react'
import { api } from '../../api/client.ts'
import { readRecipient } from './recipient-text.ts'

export type Suggestion = Awaited<ReturnType<typeof api.people.suggest>>['people'][number]

interface Wanted {
  readonly isOn: boolean
  /** Recipients that are there already. */
  readonly without: readonly string[]
}

/** Whom this person wrote to before, by what is typed so far. */
export function useSuggestions(text: string, { isOn, without }: Wanted): readonly Suggestion[] {
  const q = useDeferredValue(text.trim())
  const { data } = useQuery({
    queryKey: ['people', 'suggest', q],
    queryFn: ({ signal }) => api.people.suggest({ q, limit: 8 }, { signal }),
    enabled: isOn,
    retry: false,
    placeholderData: keepPreviousData,
  })
  const there = new Set(without.map(each => readRecipient(each).address.toLowerCase()))
  return data?.people.filter(({ address }) => !there.has(address.toLowerCase())) ?? []
}
