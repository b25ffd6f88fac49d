import type { Link } from '@fairlead/contract'
import { useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { problemSentence } from '../../api/problem-sentence.ts'
import { toast } from '../../ui/toast.tsx'

/** Lets mail of a delivery channel wait, or leave again. */
export function useLinkStates() {
  const { t } = useLingui()
  const client = useQueryClient()
  const after = {
    onError: (error: Error) => toast({ text: problemSentence(error) }),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.links }),
        client.invalidateQueries({ queryKey: keys.conversations }),
      ]),
  }
  const pause = useMutation({
    mutationFn: ({ id }: Link) => api.links.pause({ id }),
    onSuccess: ({ name }) => toast({ text: t`${name} is paused. Its mail waits.` }),
    ...after,
  })
  const resume = useMutation({
    mutationFn: ({ id }: Link) => api.links.resume({ id }),
    onSuccess: ({ name }) => toast({ text: t`${name} is on again. Its mail leaves.` }),
    ...after,
  })
  return { pause, resume }
}
