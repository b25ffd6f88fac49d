import { Problem } from '@fairlead/contract'
import { api } from './api.ts'
import type { HttpParts } from './parts.ts'

export function sandboxRoutes(_parts: HttpParts) {
  return {
    list: api.sandbox.list.handler(() => {
      throw new Problem('service.unavailable')
    }),
    behaviours: api.sandbox.behaviours.handler(() => {
      throw new Problem('service.unavailable')
    }),
    get: api.sandbox.get.handler(() => {
      throw new Problem('service.unavailable')
    }),
    raw: api.sandbox.raw.handler(() => {
      throw new Problem('service.unavailable')
    }),
  }
}
