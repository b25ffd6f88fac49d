import { plural } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { problemSentence } from '../../api/problem-sentence.ts'
import { usePlaces } from '../../shell/place.ts'
import { toast } from '../../ui/toast.tsx'
import { removeRows } from './list-rows.ts'

type Change = 'archive' | 'unarchive' | 'delete' | 'restore'
interface Answer {
  readonly id: string
  readonly problem: { readonly detail: string } | null
}

/** Ids that one request takes. */
const mostIds = 100
const opposite = { archive: 'unarchive', unarchive: 'archive', delete: 'restore', restore: 'delete' } as const
/** Lists where a row stays after it was changed. */
const staysIn: Readonly<Record<Change, (folder: string | undefined) => boolean>> = {
  archive: folder => folder === undefined || folder === 'sent',
  unarchive: folder => folder === undefined || folder === 'sent',
  delete: () => false,
  restore: () => true,
}

const asked = (client: QueryClient) => client.invalidateQueries({ queryKey: keys.conversations })

async function inParts<T>(
  ids: readonly string[],
  send: (part: string[]) => Promise<{ results: T[] }>,
): Promise<T[]> {
  const results: T[] = []
  for (let at = 0; at < ids.length; at += mostIds)
    results.push(...(await send(ids.slice(at, at + mostIds))).results)
  return results
}

/** What can be done to rows, one or many; each says what it did and how to take it back. */
export function useRowChanges(folder: string | undefined) {
  const client = useQueryClient()
  const { t } = useLingui()
  const words = (kind: Change, count: number) =>
    ({
      archive: plural(count, { one: '# email archived.', other: '# emails archived.' }),
      unarchive: plural(count, {
        one: '# email moved out of Archived.',
        other: '# emails moved out of Archived.',
      }),
      delete: plural(count, { one: '# row deleted.', other: '# rows deleted.' }),
      restore: t`Brought back.`,
    })[kind]
  const change = useMutation({
    mutationFn: ({ kind, ids }: { kind: Change; ids: readonly string[] }) =>
      inParts<Answer>(ids, part => api.conversations[kind]({ ids: part })),
    onSuccess: (results, { kind }) => {
      const done = results.flatMap(({ id, problem }) => (problem === null ? id : []))
      const refused = results.find(({ problem }) => problem !== null)?.problem
      if (!staysIn[kind](folder)) removeRows(client, done)
      const said = done.length > 0 ? words(kind, done.length) : ''
      const undo = () => change.mutate({ kind: opposite[kind], ids: done })
      toast({
        text: [said, refused?.detail].filter(Boolean).join(' '),
        ...(done.length > 0 && kind !== 'restore' && { onUndo: undo }),
      })
    },
    onError: error => toast({ text: problemSentence(error) }),
    onSettled: () => asked(client),
  })
  return (kind: Change, ids: readonly string[]) => change.mutate({ kind, ids })
}

/** Sends failed deliveries again, by their own channel or another one. */
export function useRetry() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ ids, linkId }: { ids: readonly string[]; linkId?: string }) =>
      inParts<Answer & { deliveryId: string | null }>(ids, part =>
        api.deliveries.retryMany({ ids: part, ...(linkId && { linkId }) }),
      ),
    onSuccess: results => {
      const queued = results.filter(({ deliveryId }) => deliveryId !== null)
      const refused = results.find(({ problem }) => problem !== null)?.problem
      removeRows(
        client,
        queued.map(({ id }) => id),
      )
      const said =
        queued.length > 0
          ? plural(queued.length, { one: '# email is sent again.', other: '# emails are sent again.' })
          : ''
      toast({ text: [said, refused?.detail].filter(Boolean).join(' ') })
    },
    onError: error => toast({ text: problemSentence(error) }),
    onSettled: () => asked(client),
  })
}

/** What can be done to one email that has not left, or not wholly. */
export function useEmailActs() {
  const client = useQueryClient()
  const { t } = useLingui()
  const navigate = useNavigate()
  const canCompose = usePlaces().some(({ group }) => group === 'compose')
  const act = useMutation({
    mutationFn: async ({
      kind,
      id,
    }: {
      kind: 'cancel' | 'send-now' | 'open' | 'edit' | 'follow-up' | 'arrived' | 'suppress' | 'lift'
      id: string
    }) => {
      if (kind === 'cancel') await api.emails.cancel({ id })
      if (kind === 'send-now') await api.scheduledEmails.sendNow({ id })
      if (kind === 'arrived') await api.deliveries.markArrived({ id })
      if (kind === 'suppress') await api.deliveries.suppress({ id })
      if (kind === 'lift') await api.deliveries.lift({ id })
      if (kind === 'open') return id
      if (kind === 'edit') return (await api.scheduledEmails.edit({ id })).id
      if (kind === 'follow-up') return (await api.scheduledEmails.followUp({ id })).id
      return null
    },
    onSuccess: (draftId, { kind, id }) => {
      if (draftId !== null) void navigate({ href: composeHref(draftId) })
      if (kind === 'cancel') toast({ text: t`Cancelled. You find it in Drafts.` })
      if (kind === 'send-now') toast({ text: t`It leaves now.` })
      if (kind === 'arrived') toast({ text: t`Moved to Delivered.` })
      if (kind === 'suppress')
        toast({
          text: t`Suppressed. Nothing more is sent to it.`,
          onUndo: () => act.mutate({ kind: 'lift', id }),
        })
      if (kind === 'lift') toast({ text: t`It may be written to again.` })
    },
    onError: error => toast({ text: problemSentence(error) }),
    onSettled: () => asked(client),
  })
  return { act: act.mutate, isBusy: act.isPending, canCompose }
}

/** Where a draft is written. */
export const composeHref = (draftId: string): string => `/compose?${new URLSearchParams({ draft: draftId })}`
