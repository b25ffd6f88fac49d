import { changeBeforeSend, findBeforeSend } from '../compose/before-send.ts'
import { api } from './api.ts'
import type { HttpParts } from './parts.ts'

export function beforeSendRoutes({ db }: HttpParts) {
  return {
    get: api.beforeSend.get.handler(({ context: { caller } }) => findBeforeSend(db, caller.workspaceId)),
    change: api.beforeSend.change.handler(({ input, context: { caller } }) =>
      changeBeforeSend(db, caller.workspaceId, input),
    ),
  }
}
