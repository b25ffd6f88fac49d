import type { Scheduled, ShownCheck } from '@fairlead/contract'
import { useLingui as useCatalogue } from '@lingui/react'
import { useLingui } from '@lingui/react/macro'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { problemSentence } from '../../api/problem-sentence.ts'
import { toast } from '../../ui/toast.tsx'
import { type DraftKeeper, NotSavedError } from './draft-keeper.ts'
import type { WallTime } from './send-times.ts'

const undoMs = 10_000

interface SendParts {
  readonly keeper: DraftKeeper
  /** Why it must wait, such as files that are still on their way. */
  readonly waitsFor: () => string | null
}

/** Sends the email, now or at a time: saved first, then checked; however often one presses, it leaves once. */
export function useSend({ keeper, waitsFor }: SendParts) {
  const { t } = useLingui()
  const told = useTold()
  const [found, setFound] = useState<{ check: ShownCheck; time: WallTime | null } | null>(null)
  const [isBusy, setIsBusy] = useState(false)
  const isRunning = useRef(false)

  const run = async (time: WallTime | null, isSure: boolean) => {
    const { id } = await keeper.flush()
    if (!isSure) {
      const check = await api.drafts.check({ id, ...time })
      if (check.findings.length > 0) return setFound({ check, time })
    }
    const { version } = await keeper.flush()
    const sent = await api.drafts.send({ id, version, ...time })
    keeper.finish()
    await told(sent, time)
  }
  const send = async (time: WallTime | null, isSure = false) => {
    if (isRunning.current) return
    const wait = waitsFor()
    if (wait !== null) return void toast({ text: wait })
    isRunning.current = true
    setIsBusy(true)
    setFound(null)
    try {
      await run(time, isSure)
    } catch (error) {
      const isUnsaved = error instanceof NotSavedError
      toast({
        text: isUnsaved
          ? t`The email is not sent: it could not be saved first. See beside the title.`
          : problemSentence(error),
      })
    } finally {
      isRunning.current = false
      setIsBusy(false)
    }
  }
  return { send, isBusy, found, closeFound: () => setFound(null) }
}

/** Leaves the page and says what will happen, with a way to take it back. */
function useTold() {
  const { t } = useLingui()
  const { i18n } = useCatalogue()
  const navigate = useNavigate()
  const client = useQueryClient()
  const takeBack = async (id: string, isScheduled: boolean) => {
    try {
      await (isScheduled ? api.scheduledEmails.edit({ id }) : api.scheduledEmails.undo({ id }))
      await navigate({ to: '/compose', search: { draft: id } })
    } catch (error) {
      toast({ text: problemSentence(error) })
    } finally {
      await client.invalidateQueries({ queryKey: keys.conversations })
    }
  }
  return async ({ id, sendAt, isMoved }: Scheduled, time: WallTime | null) => {
    const at = i18n.date(new Date(sendAt), {
      ...{
        weekday: 'short',
        day: 'numeric',
        month: 'short',
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
      },
      ...(time && { timeZone: time.zone }),
    })
    const moved = isMoved ? ` ${t`The clocks skip the time you chose, so it leaves a little later.`}` : ''
    toast({
      text: time === null ? t`Sending in 10 seconds.` : `${t`Scheduled for ${at}.`}${moved}`,
      onUndo: () => void takeBack(id, time !== null),
      staysMs: undoMs,
    })
    await client.invalidateQueries({ queryKey: keys.conversations })
    await navigate({ to: '/' })
  }
}
