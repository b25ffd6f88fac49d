import type { ProblemBody } from '@fairlead/contract'

/**
 * An answer of the API that says no, or `offline` when no answer came at all. `body` is what the server sent
 * (RFC 9457); null where something between us and the server answered in its place.
 */
export class ApiError extends Error {
  readonly code: ProblemBody['code'] | 'offline' | 'unreadable'
  readonly status: number
  readonly body: ProblemBody | null

  constructor(code: ApiError['code'], status: number, body: ProblemBody | null = null) {
    super(body?.detail ?? code)
    this.name = 'ApiError'
    this.code = code
    this.status = status
    this.body = body
  }
}

/** Whether the error is this refusal. */
export function isProblem(error: unknown, ...codes: ApiError['code'][]): error is ApiError {
  return error instanceof ApiError && codes.includes(error.code)
}

/** Whether the person has to sign in (again). */
export const isSignedOut = (error: unknown): boolean => error instanceof ApiError && error.status === 401

/** Whether the same request may succeed a moment later. */
export const isPassing = (error: unknown): boolean =>
  isProblem(error, 'offline') ||
  (error instanceof ApiError && [408, 429, 502, 503, 504].includes(error.status))
