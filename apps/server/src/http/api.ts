import { type Access, contract, Problem } from '@fairlead/contract'
import { implement } from '@orpc/server'
import type { RequestContext } from './parts.ts'

const accessOf = (procedure: { '~orpc': { meta: { access?: Access } } }): Access =>
  procedure['~orpc'].meta.access ?? 'admin'

/**
 * The contract with its access rule applied: every handler hangs below this or below `publicApi`, so that none can
 * forget the rule. That there is a caller was settled before the body was read (authenticate.ts).
 */
export const api = implement(contract)
  .$context<RequestContext>()
  .use(({ context, procedure, next }) => {
    const { caller } = context
    if (caller === null) throw new Problem('auth.missing')
    if (accessOf(procedure) === 'admin' && caller.role !== 'admin') throw new Problem('auth.forbidden')
    return next({ context: { caller } })
  })

/** For the routes that the contract opens to anyone, and no others. */
export const publicApi = implement(contract)
  .$context<RequestContext>()
  .use(({ procedure, next }) => {
    if (accessOf(procedure) !== 'public') throw new Problem('auth.missing')
    return next()
  })
