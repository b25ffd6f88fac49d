import { type Problem, problemBody, type ShownFinding } from '@fairlead/contract'

/** One thing that stands in the way of sending, or that the writer may want to know. */
export interface Finding {
  readonly severity: ShownFinding['severity']
  readonly problem: Problem
  readonly fix: ShownFinding['fix']
  /** Where this would not stand in the way. */
  readonly channels?: ShownFinding['channels']
}

export const finding = (severity: Finding['severity'], problem: Problem, fix: Finding['fix']): Finding => ({
  severity,
  problem,
  fix,
})

export function showFinding({ severity, problem, fix, channels }: Finding): ShownFinding {
  const { title, detail } = problemBody(problem.code, problem.params)
  return {
    ...{ severity, code: problem.code, params: { ...problem.params }, title, sentence: detail, fix },
    ...(channels === undefined ? {} : { channels }),
  }
}
