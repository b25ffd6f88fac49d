import { type Access, contract, Problem } from '@fairlead/contract'
import { implement } from '@orpc/server'
import type { RequestContext } from './parts.ts'

/**
 * The contract with its access rule applied: every handler hangs below this, so that none can forget the rule. That
 * there is a caller was settled before the body was read (authenticate.ts).
 */
export const api = implement(contract)
  .$context<RequestContext>()
  .use(({ context, procedure, next }) => {
    const { access }: { access?: Access } = procedure['~orpc'].meta
    if (access === 'admin' && context.caller.role !== 'admin') throw new Problem('auth.forbidden')
    return next()
  })
