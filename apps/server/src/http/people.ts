import { suggestPeople } from '../compose/suggest-people.ts'
import { api } from './api.ts'
import type { HttpParts } from './parts.ts'

export function peopleRoutes({ db }: HttpParts) {
  return {
    suggest: api.people.suggest.handler(async ({ input, context: { caller } }) => ({
      people: await suggestPeople(db, caller, input),
    })),
  }
}
