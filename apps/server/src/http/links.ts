import { listLinks } from '../links/list-links.ts'
import { api } from './api.ts'
import type { HttpParts } from './parts.ts'

export function linkRoutes({ db }: HttpParts) {
  return {
    list: api.links.list.handler(async ({ context: { caller } }) => ({ links: await listLinks(db, caller) })),
  }
}
