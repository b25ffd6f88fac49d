import { oc } from '@orpc/contract'
import { type ProblemCode, problems } from './problems.ts'

/** Who may call a route. `member`: anyone with a key of the workspace, for what is theirs; `admin`: admins only. */
export type Access = 'member' | 'admin'

/** The versioned part of every path. */
export const apiPrefix = '/api/v1'

/** Errors that a route names beside those that every route can answer with. */
export const fails = <const C extends ProblemCode>(
  ...codes: C[]
): Record<C, { status: number; message: string }> =>
  Object.fromEntries(
    codes.map(code => [code, { status: problems[code].status, message: problems[code].title }]),
  ) as Record<C, { status: number; message: string }>

/** What every route starts from. */
export const route = oc
  .$meta<{ access: Access }>({ access: 'member' })
  .errors(fails('auth.missing', 'auth.invalid', 'request.invalid', 'rate.limited'))
