import { Problem } from '@fairlead/contract'
import { api } from './api.ts'
import type { HttpParts } from './parts.ts'

export function threadRoutes(_parts: HttpParts) {
  return {
    threads: {
      get: api.threads.get.handler(() => {
        throw new Problem('service.unavailable')
      }),
    },
    inbound: {
      body: api.inbound.body.handler(() => {
        throw new Problem('service.unavailable')
      }),
      attachment: api.inbound.attachment.handler(() => {
        throw new Problem('service.unavailable')
      }),
    },
    notices: {
      raw: api.notices.raw.handler(() => {
        throw new Problem('service.unavailable')
      }),
    },
  }
}
