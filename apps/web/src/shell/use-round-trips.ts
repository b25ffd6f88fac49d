import type { RoundTrip } from '@fairlead/contract'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from '../api/client.ts'
import { keys } from '../api/keys.ts'
import { problemSentence } from '../api/problem-sentence.ts'
import { toast } from '../ui/toast.tsx'

// News comes live; this is for a page whose stream is cut.
const lookAgainMs = 3_000

const isUnderWay = ({ state }: RoundTrip): boolean => state === 'on-its-way' || state === 'arrived'

const keyOf = (linkId: string) => [...keys.links, 'round-trips', linkId]

/** What was measured of a delivery channel; of one identity or of all that may be seen. */
export function useRoundTrips(linkId: string, identityId?: string) {
  const { data } = useQuery({
    queryKey: keyOf(linkId),
    queryFn: ({ signal }) => api.links.roundTrips({ id: linkId }, { signal }),
    refetchInterval: ({ state }) => (state.data?.roundTrips.some(isUnderWay) === true ? lookAgainMs : false),
  })
  const trips = data?.roundTrips.filter(trip => identityId === undefined || trip.identityId === identityId)
  const newest = trips?.[0]
  return {
    isKnown: data !== undefined,
    canMeasure: data?.canMeasure === true,
    sentence: data?.sentence ?? null,
    isUnderWay: newest !== undefined && isUnderWay(newest),
    newest: newest ?? null,
    measured: trips?.find(({ state }) => state === 'measured') ?? null,
  }
}

/** Sends Fairlead a message through the channel. */
export function useMeasure(linkId: string, identityId?: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => api.links.startRoundTrip({ id: linkId, ...(identityId && { identityId }) }),
    onError: error => toast({ text: problemSentence(error) }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.links }),
  })
}
