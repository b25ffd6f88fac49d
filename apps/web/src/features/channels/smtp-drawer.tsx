import type { CheckStageName, Link, ShownFix } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useEffect, useRef } from 'react'
import { type UseFormReturn, useForm } from 'react-hook-form'
import { api } from '../../api/client.ts'
import { Button } from '../../ui/button.tsx'
import { Drawer } from '../../ui/dialog.tsx'
import { ChannelGlyph } from '../../ui/glyphs.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Steps } from '../../ui/line.tsx'
import { BetterKind, type ConnectAccount } from './better-kind.tsx'
import { channelOf } from './check-fixes.tsx'
import { CheckLine } from './check-line.tsx'
import { SmtpFields } from './smtp-form.tsx'
import { type SmtpValues, secretOf, settingsOf, valuesOf, withFix } from './smtp-values.ts'
import { type CheckRun, useLinkCheck } from './use-link-check.ts'
import { UsualServer } from './usual-server.tsx'
import { WhoMayUse } from './who-may-use.tsx'

interface SmtpDrawerProps {
  /** The delivery channel to change; null: a new one. */
  readonly link: Link | null
  readonly onClose: () => void
  readonly onAccount: ConnectAccount
}

/** Connects an SMTP server, or mends one: the form, the check beside it, and who may use it. */
export function SmtpDrawer({ link, onClose, onAccount }: SmtpDrawerProps) {
  const { t } = useLingui()
  const form = useForm<SmtpValues>({ defaultValues: valuesOf(link) })
  const { run, start, stop } = useLinkCheck()
  const first = useRef<HTMLInputElement>(null)
  useStaleness(form, stop, run)
  const check = (from?: CheckStageName) =>
    form.handleSubmit(async values => {
      await start(signal => askCheck({ values, link, from, signal }), from)
    })
  const carryOut = (fix: ShownFix) => {
    const kind = channelOf[fix.code]
    if (kind) return onAccount(kind)
    const changed = withFix(form.getValues(), fix)
    if (changed === undefined) return
    for (const [name, value] of Object.entries(changed))
      form.setValue(name as keyof SmtpValues, value as never, { shouldDirty: true })
    void check()()
  }
  return (
    <Drawer
      isOpen
      onClose={onClose}
      firstFocus={first}
      title={
        <span className="row">
          <ChannelGlyph kind="smtp" />
          {link ? <Trans>Mend {link.name}</Trans> : <Trans>Connect an SMTP server</Trans>}
        </span>
      }
      aside={
        <span className="hide-s">
          <Steps label={t`Steps`} steps={stepsOf(run, [t`Server`, t`Check`, t`Who may use it`])} />
        </span>
      }
    >
      <div className="dr-b">
        <form className="dr-f" onSubmit={event => void check()(event)} noValidate>
          <h3>
            <Trans>Server</Trans>
          </h3>
          {link === null && <UsualServer form={form} />}
          <BetterKind host={form.watch('host')} onConnect={onAccount} />
          <SmtpFields {...{ form, first, hasSecret: link?.hasSecret === true }} />
          <CheckButtons run={run} onAgain={stage => void check(stage)()} />
          <p className="meta row items-start!">
            <Icon name="lock" size="sm" />
            <span>
              <Trans>
                The password is encrypted before it is stored. It never appears in logs or replies shown here.
              </Trans>
            </span>
          </p>
        </form>
        <div className="dr-d">
          <CheckLine run={run} onFix={carryOut} />
          {run.hasPassed && <WhoMayUse form={form} link={link} onSaved={onClose} />}
        </div>
      </div>
    </Drawer>
  )
}

interface AskCheck {
  readonly values: SmtpValues
  readonly link: Link | null
  readonly from: CheckStageName | undefined
  readonly signal: AbortSignal
}

function askCheck({ values, link, from, signal }: AskCheck) {
  const settings = settingsOf(values, link)
  const secret = secretOf(values)
  const asked = { settings, ...(secret && { secret }), ...(from && { from }) }
  return link
    ? api.links.check({ id: link.id, ...asked }, { signal })
    : api.links.checkNew({ kind: 'smtp', owner: values.owner, ...asked }, { signal })
}

/** What was typed after a check has not been checked. */
function useStaleness(form: UseFormReturn<SmtpValues>, stop: () => void, { hasPassed }: CheckRun): void {
  useEffect(() => {
    const { unsubscribe } = form.watch((_values, { name }) => {
      if (hasPassed && name !== 'name' && name !== 'owner') stop()
    })
    return unsubscribe
  }, [form, stop, hasPassed])
}

interface CheckButtonsProps {
  readonly run: CheckRun
  readonly onAgain: (from: CheckStageName) => void
}

/** Tests from the beginning; after a failure, from there too. */
function CheckButtons({ run: { isRunning, stoppedAt, stages }, onAgain }: CheckButtonsProps) {
  return (
    <div className="col mt-2">
      {stoppedAt && stoppedAt.stage !== 'find' && (
        <Button look="primary" isBusy={isRunning} onClick={() => onAgain(stoppedAt.stage)}>
          <Trans>Check again from there</Trans>
        </Button>
      )}
      <Button
        type="submit"
        isBusy={isRunning}
        {...(!stoppedAt || stoppedAt.stage === 'find' ? { look: 'primary' as const } : {})}
      >
        {stages.length > 0 ? <Trans>Check all of it again</Trans> : <Trans>Check the connection</Trans>}
      </Button>
    </div>
  )
}

function stepsOf(run: CheckRun, [server = '', check = '', who = '']: readonly string[]) {
  const hasBegun = run.stages.length > 0 || run.isRunning
  return [
    { title: server, is: hasBegun ? ('ok' as const) : ('now' as const) },
    { title: check, is: run.hasPassed ? ('ok' as const) : hasBegun ? ('now' as const) : ('next' as const) },
    { title: who, is: run.hasPassed ? ('now' as const) : ('next' as const) },
  ]
}
