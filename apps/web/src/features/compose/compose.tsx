import type { Draft } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { isProblem } from '../../api/api-error.ts'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { problemSentence } from '../../api/problem-sentence.ts'
import { useMember } from '../../api/session.ts'
import { PageHead } from '../../shell/page-head.tsx'
import { Button } from '../../ui/button.tsx'
import { Empty } from '../../ui/empty.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Composer } from './composer.tsx'
import { contentOf, emptyContent, randomKey } from './draft-content.ts'
import { findLocally, type LocalCopy } from './local-copy.ts'
import type { OpenedDraft } from './use-draft.ts'

const route = getRouteApi('/shell/compose')

interface Writing {
  readonly key: string
  /** What the address said when it was opened. */
  readonly draft: string | undefined
  /** The id that a new email was given since; the address follows. */
  readonly adopted?: string | undefined
}

/** The page where an email is written: a new one, or the draft that the address names. */
export function Compose() {
  const { draft } = route.useSearch()
  const navigate = useNavigate()
  const [writing, setWriting] = useState<Writing>({ key: randomKey(), draft })
  const [openedWith, setOpenedWith] = useState(draft)
  if (draft !== writing.draft) {
    if (draft !== undefined && draft === writing.adopted) setWriting({ key: writing.key, draft })
    else {
      setWriting({ key: randomKey(), draft })
      setOpenedWith(draft)
    }
  }
  const onCreated = (id: string) => {
    setWriting(now => ({ ...now, adopted: id }))
    void navigate({ to: '/compose', search: { draft: id }, replace: true })
  }
  return openedWith === undefined ? (
    <NewEmail key={writing.key} onCreated={onCreated} />
  ) : (
    <KnownDraft key={writing.key} id={openedWith} onCreated={onCreated} />
  )
}

interface WritingProps {
  readonly onCreated: (id: string) => void
}

function NewEmail({ onCreated }: WritingProps) {
  const { member } = useMember()
  const [opened] = useState(() => openLocal(findLocally(member.id, null)))
  return <Composer opened={opened} onCreated={onCreated} />
}

/** What is kept on this device, or an empty email. */
const openLocal = (copy: LocalCopy | null): OpenedDraft => ({
  ...{ content: copy?.content ?? emptyContent, attachments: [], known: copy?.base ?? null, theirs: null },
  ...{ createKey: copy?.createKey ?? randomKey(), isRestored: copy !== null },
})

/** A draft of the server, with what this device has beyond it. */
function openDraft(draft: Draft, copy: LocalCopy | null): OpenedDraft {
  const isBehind = copy?.base !== undefined && copy?.base !== null && copy.base.version < draft.version
  return {
    ...{
      content: copy?.content ?? contentOf(draft),
      attachments: draft.attachments,
      isRestored: copy !== null,
    },
    known: copy?.base ?? { id: draft.id, version: draft.version },
    createKey: copy?.createKey ?? randomKey(),
    theirs: isBehind ? draft : null,
  }
}

function KnownDraft({ id, onCreated }: WritingProps & { readonly id: string }) {
  const { t } = useLingui()
  const { member } = useMember()
  const [copy] = useState(() => findLocally(member.id, id))
  // Asked for once: from then on this page knows better.
  const [askedAt] = useState(randomKey)
  const { data, error } = useQuery({
    queryKey: [...keys.drafts, id, askedAt],
    queryFn: async ({ signal }) => openDraft(await api.drafts.get({ id }, { signal }), copy),
    ...{
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 0,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
    },
    retry: copy === null ? 3 : false,
  })
  if (data) return <Composer opened={data} onCreated={onCreated} />
  if (error && copy && isProblem(error, 'offline'))
    return <Composer opened={openLocal(copy)} onCreated={onCreated} />
  if (error) return <NotOpened id={id} error={error} />
  return (
    <>
      <PageHead title={t`Draft`} />
      <SkeletonRows rows={4} label={t`Loading the draft`} />
    </>
  )
}

/** No draft (any more): an email that waits for its time can be taken back to be one. */
function NotOpened({ id, error }: { readonly id: string; readonly error: unknown }) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const edit = useMutation({
    mutationFn: () => api.scheduledEmails.edit({ id }),
    onSuccess: () => window.location.reload(),
  })
  const isScheduled = isProblem(error, 'draft.not-a-draft') && error.body?.params.state === 'scheduled'
  return (
    <>
      <PageHead title={t`Draft`} />
      <Empty
        rope="parted"
        title={isScheduled ? <Trans>This email is scheduled</Trans> : <Trans>The draft did not open</Trans>}
        action={
          isScheduled ? (
            <Button look="primary" isBusy={edit.isPending} onClick={() => edit.mutate()}>
              <Trans>Edit it</Trans>
            </Button>
          ) : (
            <Button look="primary" onClick={() => void navigate({ to: '/compose' })}>
              <Trans>Write a new email</Trans>
            </Button>
          )
        }
      >
        {isScheduled && !edit.error ? (
          <Trans>Editing takes it off the schedule; it is a draft until you send it again.</Trans>
        ) : (
          problemSentence(edit.error ?? error)
        )}
      </Empty>
    </>
  )
}
