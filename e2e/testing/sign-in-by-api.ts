import type { ApiKey } from '@fairlead/contract'

/** A new API key of whoever is signed in. */
export async function keyOf(url: string, cookie: string): Promise<string> {
  const made = await post(url, '/api-keys', { name: 'Program' }, cookie)
  return ((await made.json()) as ApiKey & { key: string }).key
}

/** The session that an answer gives, as the next request sends it. */
export const cookieOf = (answer: Response): string =>
  answer.headers
    .getSetCookie()
    .map(one => one.split(';')[0])
    .join('; ')

/** As the web app does it: with the session's cookie, from its own origin. */
export async function post(url: string, path: string, body: unknown, cookie?: string): Promise<Response> {
  const answer = await fetch(`${url}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url, ...(cookie && { cookie }) },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`)
  return answer
}
