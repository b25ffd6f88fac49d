import { followUpEmail } from '../compose/follow-up-email.ts'
import { rescheduleEmail, sendEmailNow } from '../compose/move-email.ts'
import { takeBackEmail } from '../compose/take-back-email.ts'
import { api } from './api.ts'
import { timeOf, whichEmail } from './drafts.ts'
import type { HttpParts } from './parts.ts'
import { requireId } from './require-id.ts'

export function scheduledEmailRoutes({ db, accept }: HttpParts) {
  return {
    undo: api.scheduledEmails.undo.handler(({ input, context: { caller } }) =>
      takeBackEmail(db, whichEmail(caller, input.id), ['scheduled']),
    ),
    edit: api.scheduledEmails.edit.handler(({ input, context: { caller } }) =>
      takeBackEmail(db, whichEmail(caller, input.id), ['scheduled', 'held', 'cancelled']),
    ),
    sendNow: api.scheduledEmails.sendNow.handler(async ({ input, context: { caller } }) => {
      const scheduled = await sendEmailNow(db, whichEmail(caller, input.id))
      accept.onDue()
      return scheduled
    }),
    reschedule: api.scheduledEmails.reschedule.handler(({ input, context: { caller } }) =>
      rescheduleEmail(db, whichEmail(caller, input.id), timeOf(input)),
    ),
    followUp: api.scheduledEmails.followUp.handler(({ input, context: { caller } }) =>
      followUpEmail(db, whichEmail(caller, input.id), {
        inboundId: input.inboundId === undefined ? null : requireId('inbound', input.inboundId),
        createKey: input.createKey ?? null,
      }),
    ),
  }
}
