import type { CheckStageName, ShownCheckStage, ShownFix } from '@fairlead/contract'
import { useLingui } from '@lingui/react'
import { Trans, useLingui as useMacro } from '@lingui/react/macro'
import { Line, Step, type StepIs, Wire } from '../../ui/line.tsx'
import { Note } from '../../ui/note.tsx'
import { Code, Pill } from '../../ui/pill.tsx'
import { Certificate } from './certificate.tsx'
import { CheckFixes } from './check-fixes.tsx'
import { stageCommands, stageOrder, stageTitles } from './check-stages.ts'
import { SeenInStage } from './seen-in-stage.tsx'
import type { CheckRun } from './use-link-check.ts'

interface CheckLineProps {
  readonly run: CheckRun
  /** Carries a fix out; without it fixes are told only. */
  readonly onFix?: (fix: ShownFix) => void
}

/** A test as a line through rings: what was seen, where it parted, and what may mend it. */
export function CheckLine({ run, onFix }: CheckLineProps) {
  const { t } = useMacro()
  return (
    <>
      <div className="sec-h">
        <h3>
          <Trans>Connection check</Trans>
        </h3>
        <span className="push" aria-live="polite">
          <Outcome run={run} />
        </span>
      </div>
      {run.problem && <Note tone="bad">{run.problem}</Note>}
      <Line label={t`Connection check`}>
        {stageOrder.map(stage => (
          <Stage key={stage} stage={stage} run={run} {...(onFix && { onFix })} />
        ))}
      </Line>
    </>
  )
}

function Outcome({ run }: { readonly run: CheckRun }) {
  const { _ } = useLingui()
  if (run.isRunning)
    return (
      <Pill tone="info" icon="progress">
        <Trans>Checking</Trans>
      </Pill>
    )
  if (run.stoppedAt)
    return (
      <Pill tone="bad">
        <Trans>Stopped: {_(stageTitles[run.stoppedAt.stage])}</Trans>
      </Pill>
    )
  return run.hasPassed ? (
    <Pill tone="ok">
      <Trans>It works</Trans>
    </Pill>
  ) : null
}

interface StageProps {
  readonly stage: CheckStageName
  readonly run: CheckRun
  readonly onFix?: (fix: ShownFix) => void
}

function Stage({ stage, run, onFix }: StageProps) {
  const { _ } = useLingui()
  const told = run.stages.filter(each => each.stage === stage)
  return (
    <Step
      is={stepOf(told, run)}
      title={
        <>
          {_(stageTitles[stage])} <Code>{stageCommands[stage]}</Code>
        </>
      }
    >
      {told.length === 0 && (
        <p className="dim">
          <Trans>Not tried yet</Trans>
        </p>
      )}
      {told.map(each => (
        <Told key={each.about ?? ''} told={each} {...(onFix && { onFix })} />
      ))}
    </Step>
  )
}

/** A step about several senders has failed where none passed; with some refused it is put off. */
function stepOf(told: readonly ShownCheckStage[], { stoppedAt, problem }: CheckRun): StepIs {
  if (told.length === 0) return stoppedAt || problem ? 'cut' : 'next'
  if (told.some(({ state }) => state === 'running')) return 'now'
  if (told.every(({ state }) => state === 'skipped')) return 'next'
  if (!told.some(({ state }) => state === 'failed')) return 'ok'
  return told.includes(stoppedAt as ShownCheckStage) ? 'bad' : 'warn'
}

function Told({ told, onFix }: { readonly told: ShownCheckStage; readonly onFix?: (fix: ShownFix) => void }) {
  const { t } = useMacro()
  if (told.state !== 'failed') return <SeenInStage told={told} />
  const reply = told.reason?.reply
  return (
    <div className="mb-2">
      <p className="dim" role="alert">
        {told.about && <b>{told.about}: </b>}
        {told.sentence} {told.reason?.status && <Code>{told.reason.status}</Code>}
      </p>
      {told.fixes.length > 0 && <CheckFixes fixes={told.fixes} {...(onFix && { onFix })} />}
      {told.certificate && <Certificate certificate={told.certificate} />}
      {reply && <Wire label={t`Server reply`} lines={[{ text: reply, is: 'error' }]} />}
    </div>
  )
}
