import routes from 'virtual:contract-routes'
import { apiPrefix, type contract, type ProblemBody } from '@fairlead/contract'
import { createORPCClient, ORPCError } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import { OpenAPILink } from '@orpc/openapi-client/fetch'
import { ApiError } from './api-error.ts'

/**
 * The documented API, typed by the contract: `api.conversations.list({ folder: 'bounced' })`. Every refusal arrives as
 * an ApiError. The session is a cookie that scripts cannot read; the server takes a request with a cookie from this
 * origin alone, so there is no token to keep.
 */
export const api: ContractRouterClient<typeof contract> = createORPCClient(
  new OpenAPILink(routes, {
    url: () => new URL(apiPrefix, window.location.origin),
    fetch: ask,
    customErrorResponseBodyDecoder: (body, { status }) => carried(problemOf(body, status)),
    interceptors: [
      async ({ next }) => {
        try {
          return await next()
        } catch (error) {
          throw error instanceof ORPCError && error.data instanceof ApiError ? error.data : error
        }
      },
    ],
  }),
)

/** oRPC throws ORPCErrors only; ours rides inside. */
const carried = (error: ApiError): ORPCError<string, ApiError> =>
  new ORPCError('REFUSED', { status: error.status, data: error })

async function ask(request: Request, init: RequestInit): Promise<Response> {
  try {
    return readable(await fetch(request, { ...init, credentials: 'same-origin' }))
  } catch (error) {
    if (request.signal.aborted) throw error
    throw new ApiError('offline', 0)
  }
}

/** oRPC reads a body of application/json and takes RFC 9457's own type for a file. */
function readable(response: Response): Response {
  if (!response.headers.get('content-type')?.startsWith('application/problem+json')) return response
  const headers = new Headers(response.headers)
  headers.set('content-type', 'application/json')
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
}

/** The refusal in a body; `unreadable` when it is not ours, a proxy's page for instance. */
export function problemOf(body: unknown, status: number): ApiError {
  return isProblemBody(body) ? new ApiError(body.code, status, body) : new ApiError('unreadable', status)
}

const isProblemBody = (body: unknown): body is ProblemBody =>
  typeof body === 'object' && body !== null && 'code' in body && 'detail' in body && 'params' in body
