import { oc } from '@orpc/contract'
import { type ProblemCode, problems } from './problems.ts'

/**
 * Who may call a route. `public`: anyone, without signing in; `member`: whoever is signed in or has a key, for what is
 * theirs; `admin`: admins only.
 */
export type Access = 'public' | 'member' | 'admin'

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
  .errors(
    fails(
      'auth.missing',
      'auth.invalid',
      'auth.session-ended',
      'auth.no-workspace',
      'auth.cross-site',
      'request.invalid',
      'rate.limited',
    ),
  )

/** What a route starts from that asks nobody to sign in; every one is counted by address. */
export const publicRoute = oc
  .$meta<{ access: Access }>({ access: 'public' })
  .errors(fails('auth.cross-site', 'request.invalid', 'rate.limited'))
