import { Trans } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api/client.ts'
import { problemSentence } from '../../api/problem-sentence.ts'
import { Switch } from '../../ui/choice.tsx'
import { Card } from '../../ui/note.tsx'
import { toast } from '../../ui/toast.tsx'

const ruleKey = ['before-send']

/** Is mail that DMARC would have refused blocked, or only warned of? */
export function BeforeSendRule() {
  const client = useQueryClient()
  const { data } = useQuery({
    queryKey: ruleKey,
    queryFn: ({ signal }) => api.beforeSend.get(undefined, { signal }),
  })
  // Shown from the press on: without it the switch would first jump back to what the server last said.
  const [wish, setWish] = useState<boolean | null>(null)
  const change = useMutation({
    mutationFn: (blocksDmarcFailures: boolean) => api.beforeSend.change({ blocksDmarcFailures }),
    onSuccess: rule => client.setQueryData(ruleKey, rule),
    onError: error => toast({ text: problemSentence(error) }),
    onSettled: () => setWish(null),
  })
  if (!data) return null
  return (
    <Card>
      <Switch
        checked={wish ?? data.blocksDmarcFailures}
        onChange={({ currentTarget: { checked } }) => {
          setWish(checked)
          change.mutate(checked)
        }}
      >
        <b className="font-medium">
          <Trans>Keep mail from being sent that would bounce or land in spam</Trans>
        </b>
        <span className="meta block">
          <Trans>
            Where a domain asks receivers to refuse what neither its signature nor its return path stands for.
            Off: compose warns and offers the channels that pass.
          </Trans>
        </span>
      </Switch>
    </Card>
  )
}
