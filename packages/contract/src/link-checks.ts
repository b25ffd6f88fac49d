import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { checkStages, shownCheckStage } from './link-check.ts'
import { fails, route } from './route.ts'
import { ids } from './schemas.ts'
import { smtpLinkForm, smtpLinkSecret } from './smtp-link.ts'

const from = z.enum(checkStages).optional().meta({
  description: 'tell the steps from this one on; those before are gone through silently, unless they fail',
})

const stream =
  'Answers server-sent events, one message a step. It ends at the first step that fails and sends nothing but the test message. At most three checks of one member run at once.'

export const linkChecks = {
  checkNew: route
    .route({
      method: 'POST',
      path: '/links/check',
      operationId: 'checkNewLink',
      summary: 'Test settings of a delivery channel that is not saved, step by step',
      description: stream,
      tags: ['Delivery channels'],
    })
    .errors(fails('auth.forbidden', 'link.kind-not-here', 'link.pin-needs-admin', 'link.too-many-checks'))
    .input(
      z.strictObject({
        kind: z.literal('smtp'),
        owner: z.enum(['team', 'member']).default('member'),
        settings: smtpLinkForm,
        secret: smtpLinkSecret.optional(),
        from,
      }),
    )
    .output(eventIterator(shownCheckStage)),
  check: route
    .route({
      method: 'POST',
      path: '/links/{id}/check',
      operationId: 'checkLink',
      summary: 'Test a delivery channel step by step, as saved or with other settings',
      description: `${stream} When every step passes as saved, a delivery channel that needed attention works again and its mail leaves.`,
      tags: ['Delivery channels'],
    })
    .errors(
      fails(
        'auth.forbidden',
        'not-found',
        'link.removed',
        'link.built-in',
        'link.kind-not-here',
        'link.needs-secret',
        'link.pin-needs-admin',
        'link.too-many-checks',
      ),
    )
    .input(
      z.strictObject({
        id: ids.link,
        settings: smtpLinkForm.optional().meta({ description: 'instead of the saved ones' }),
        secret: smtpLinkSecret.optional().meta({ description: 'instead of the saved one' }),
        from,
      }),
    )
    .output(eventIterator(shownCheckStage)),
}
