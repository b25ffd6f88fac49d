import { z } from 'zod'
import { type ProblemCode, problemCodes } from './problems.ts'

/** What stood in the way of one row of a bulk request: the fields of a problem+json body. */
export const shownProblem = z
  .object({
    code: z.enum(problemCodes as [ProblemCode, ...ProblemCode[]]),
    status: z.int(),
    title: z.string(),
    detail: z.string().meta({ description: 'English, for people' }),
    params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  })
  .meta({ description: 'What stood in the way of one row' })
export type ShownProblem = z.infer<typeof shownProblem>
