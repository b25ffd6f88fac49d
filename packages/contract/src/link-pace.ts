import { z } from 'zod'
import { linkPace, shownPace } from './pace.ts'
import { fails, route } from './route.ts'
import { ids } from './schemas.ts'

export const linkPaces = {
  pace: route
    .route({
      method: 'GET',
      path: '/links/{id}/pace',
      operationId: 'getLinkPace',
      summary: 'How fast a delivery channel hands over, and how much of its day is used',
      tags: ['Delivery channels'],
    })
    .errors(fails('not-found'))
    .input(z.object({ id: ids.link }))
    .output(shownPace),
  setPace: route
    .route({
      method: 'PUT',
      path: '/links/{id}/pace',
      operationId: 'setLinkPace',
      summary: 'Set another pace, at once also for what waits; what was learned of the far side is forgotten',
      tags: ['Delivery channels'],
    })
    .errors(fails('auth.forbidden', 'not-found', 'link.removed'))
    .input(
      z.strictObject({
        id: ids.link,
        pace: linkPace.nullable().meta({ description: 'null: what this kind of channel comes with' }),
      }),
    )
    .output(shownPace),
}
