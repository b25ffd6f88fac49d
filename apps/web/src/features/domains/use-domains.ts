import type { SendingDomain } from '@fairlead/contract'
import { useLingui } from '@lingui/react/macro'
import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { problemSentence } from '../../api/problem-sentence.ts'
import { toast } from '../../ui/toast.tsx'

/** How often an open page asks the domain's name servers. */
export const checkEveryMs = 30_000

export const useDomains = () =>
  useQuery({
    queryKey: keys.domains,
    queryFn: ({ signal }) => api.domains.list(undefined, { signal }),
  })

/** One domain: as it was found last at once, then looked at every 30 seconds for as long as the page is open. */
export function useDomain(id: string) {
  const client = useQueryClient()
  const shown = useQuery({
    queryKey: keys.domain(id),
    queryFn: ({ signal }) => api.domains.get({ id }, { signal }),
  })
  const checked = useQuery({
    queryKey: [...keys.domain(id), 'check'],
    queryFn: async ({ signal }) => {
      const found = await api.domains.check({ id }, { signal })
      remember(client, found)
      return found.checkedAt
    },
    enabled: shown.isSuccess,
    refetchInterval: checkEveryMs,
    retry: false,
  })
  return { shown, checked }
}

/** A domain that was changed: its page shows it at once, and so does everything that depends on it. */
function remember(client: QueryClient, domain: SendingDomain): void {
  const before = client.getQueryData<SendingDomain>(keys.domain(domain.id))
  client.setQueryData(keys.domain(domain.id), domain)
  if (before?.signing.state === domain.signing.state && before.envelope.state === domain.envelope.state)
    return
  void client.invalidateQueries({ queryKey: keys.domains, exact: true })
  void client.invalidateQueries({ queryKey: keys.identities })
  void client.invalidateQueries({ queryKey: keys.links })
}

/** What is done to a domain with one press; what it said no to is told. */
export function useDomainActions(id: string) {
  const { t } = useLingui()
  const client = useQueryClient()
  const onError = (error: unknown) => toast({ text: problemSentence(error) })
  const onSuccess = (domain: SendingDomain) => remember(client, domain)
  const check = useMutation({
    mutationFn: () => api.domains.check({ id }),
    onSuccess,
    onError,
  })
  const rotate = useMutation({
    mutationFn: () => api.domains.rotate({ id }),
    onSuccess: domain => {
      onSuccess(domain)
      toast({ text: t`The next keys are made. Publish their records; mail is signed as before until then.` })
    },
    onError,
  })
  const publish = useMutation({
    mutationFn: () => api.sandbox.publishRecords({ id }),
    onSuccess,
    onError,
  })
  return { check, rotate, publish }
}

/** Copies; where there is no clipboard, without https or permission, says so. */
export function useCopy(): (text: string, what: string) => void {
  const { t } = useLingui()
  return (text, what) => {
    navigator.clipboard.writeText(text).then(
      () => toast({ text: what }),
      () => toast({ text: t`This browser does not let the page copy. Select the text instead.` }),
    )
  }
}
