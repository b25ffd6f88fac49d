import type { RestClient } from '../transports/rest/client.ts'
import { RestError } from '../transports/rest/rest-error.ts'

/** The simulator consents for whoever the request names, and leads on at once; a real provider asks a person. */
export async function visitAlone(rest: RestClient, url: string, signal: AbortSignal): Promise<string | null> {
  try {
    const answer = await rest.call({ method: 'GET', url, signal })
    return answer.status === 302 ? (answer.headers.location ?? null) : null
  } catch (error) {
    if (error instanceof RestError) return null
    throw error
  }
}
