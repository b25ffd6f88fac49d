import type { CheckStageName, ShownCheckStage } from '@fairlead/contract'
import { useCallback, useEffect, useRef, useState } from 'react'
import { problemSentence } from '../../api/problem-sentence.ts'
import { stageOrder } from './check-stages.ts'

/** A test of a delivery channel, as far as it has come. */
export interface CheckRun {
  readonly stages: readonly ShownCheckStage[]
  readonly isRunning: boolean
  /** The step where it stopped; undefined: it did not stop. */
  readonly stoppedAt: ShownCheckStage | undefined
  readonly hasPassed: boolean
  /** Why the test itself did not run. */
  readonly problem: string | null
}

const untried: CheckRun = {
  ...{ stages: [], isRunning: false, stoppedAt: undefined, hasPassed: false, problem: null },
}

type Ask = (signal: AbortSignal) => Promise<AsyncIterable<ShownCheckStage>>

/** Runs tests one at a time; a new one ends the one before. From a later step on, what was seen before stays. */
export function useLinkCheck() {
  const [run, setRun] = useState(untried)
  const running = useRef<AbortController | null>(null)
  useEffect(() => () => running.current?.abort(), [])
  const start = useCallback(async (ask: Ask, from?: CheckStageName): Promise<boolean> => {
    running.current?.abort()
    const controller = new AbortController()
    running.current = controller
    const { signal } = controller
    const tell = (next: (before: CheckRun) => CheckRun) => {
      if (!signal.aborted) setRun(next)
    }
    tell(before => ({ ...untried, isRunning: true, stages: from ? stagesBefore(before.stages, from) : [] }))
    try {
      let last: ShownCheckStage | undefined
      for await (const stage of await ask(signal)) {
        last = stage
        tell(before => ({ ...before, stages: withStage(before.stages, stage) }))
      }
      const stoppedAt = last?.state === 'failed' ? last : undefined
      const hasPassed = last !== undefined && stoppedAt === undefined
      tell(before => ({ ...before, isRunning: false, stoppedAt, hasPassed }))
      return hasPassed && !signal.aborted
    } catch (error) {
      tell(before => ({ ...before, isRunning: false, problem: problemSentence(error) }))
      return false
    }
  }, [])
  /** Ends what runs; what it found does not count any more. */
  const stop = useCallback(() => {
    running.current?.abort()
    setRun(before => ({ ...before, isRunning: false, hasPassed: false }))
  }, [])
  return { run, start, stop }
}

const rankOf = ({ stage }: Pick<ShownCheckStage, 'stage'>): number => stageOrder.indexOf(stage)

const stagesBefore = (stages: readonly ShownCheckStage[], from: CheckStageName): ShownCheckStage[] =>
  stages.filter(stage => rankOf(stage) < rankOf({ stage: from }))

/** The step takes the place of what was said of it before, and of all that would come after it. */
function withStage(stages: readonly ShownCheckStage[], stage: ShownCheckStage): ShownCheckStage[] {
  const others = stages.filter(
    each => rankOf(each) < rankOf(stage) || (rankOf(each) === rankOf(stage) && each.about !== stage.about),
  )
  return [...others, stage]
}
