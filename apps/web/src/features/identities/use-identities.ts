import { useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { problemSentence } from '../../api/problem-sentence.ts'
import { toast } from '../../ui/toast.tsx'

// Whoever reads the mailbox presses the button on another page, or another device.
const lookAgainMs = 10_000

export const useIdentities = () =>
  useQuery({
    queryKey: keys.identities,
    queryFn: ({ signal }) => api.identities.list(undefined, { signal }),
    refetchInterval: ({ state }) =>
      state.data?.identities.some(({ verification }) => verification !== null) ? lookAgainMs : false,
  })

/** What is done to an identity with one press; what it said no to is told. */
export function useIdentityActions() {
  const { t } = useLingui()
  const client = useQueryClient()
  const onSettled = () => client.invalidateQueries({ queryKey: keys.identities })
  const onError = (error: unknown) => toast({ text: problemSentence(error) })
  const resend = useMutation({
    mutationFn: (id: string) => api.identities.sendVerification({ id }),
    onSuccess: ({ address }) => toast({ text: t`A new link is on its way to ${address}.` }),
    onSettled,
    onError,
  })
  const makeDefault = useMutation({
    mutationFn: (id: string) => api.identities.update({ id, isDefault: true }),
    onSuccess: ({ address }) => toast({ text: t`New emails start with ${address}.` }),
    onSettled,
    onError,
  })
  const vouch = useMutation({
    mutationFn: (id: string) => api.identities.vouch({ id }),
    onSuccess: ({ address }) => toast({ text: t`${address} may send now.` }),
    onSettled,
    onError,
  })
  return { resend, makeDefault, vouch }
}
