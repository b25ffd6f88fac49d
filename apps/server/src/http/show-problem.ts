import { type Problem, type ProblemBody, problemBody } from '@fairlead/contract'

/** A problem as one row of a bulk answer shows it. */
export function showProblem({ code, params }: Problem): Omit<ProblemBody, 'type'> {
  const { type: _left, ...shown } = problemBody(code, params)
  return { ...shown, params: { ...params } }
}
