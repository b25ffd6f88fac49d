import { z } from 'zod'
import { fails, route } from './route.ts'

const beforeSendRules = z
  .object({
    blocksDmarcFailures: z.boolean().meta({
      description:
        'true: mail that DMARC would have refused or put into spam cannot be sent; false: a warning',
    }),
  })
  .meta({ description: 'What the check before Send does in this workspace' })

export const beforeSend = {
  get: route
    .route({
      ...{ method: 'GET', path: '/before-send', operationId: 'getBeforeSend', tags: ['Preview'] },
      summary: 'What the check before Send does in this workspace',
    })
    .output(beforeSendRules),
  change: route
    .meta({ access: 'admin' })
    .route({
      ...{ method: 'PUT', path: '/before-send', operationId: 'changeBeforeSend', tags: ['Preview'] },
      summary: 'Say whether mail that DMARC would refuse is blocked or only warned of',
    })
    .errors(fails('auth.forbidden'))
    .input(z.strictObject({ blocksDmarcFailures: z.boolean() }))
    .output(beforeSendRules),
}
