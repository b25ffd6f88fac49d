import { Problem } from '@fairlead/contract'
import { api } from './api.ts'
import type { HttpParts } from './parts.ts'

export function liveRoutes(_parts: HttpParts) {
  return {
    listen: api.live.listen.handler(() => {
      throw new Problem('service.unavailable')
    }),
  }
}
