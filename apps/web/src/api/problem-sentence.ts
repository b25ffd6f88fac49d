import type { MessageDescriptor } from '@lingui/core'
import { i18n } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import { ApiError } from './api-error.ts'

/** Refusals whose sentence of the API speaks to a program; a person reads these instead. */
const forPeople: Partial<Record<ApiError['code'], MessageDescriptor>> = {
  offline: msg`Fairlead could not be reached. Check your connection, then try again.`,
  unreadable: msg`Something between this page and Fairlead answered in its place. Try again in a moment.`,
  'auth.missing': msg`You are signed out. Sign in to go on.`,
  'auth.invalid': msg`Your session has ended. Sign in to go on.`,
  'request.timeout': msg`This took too long. Check your connection, then try again.`,
  'route.unknown': msg`Fairlead was updated in the meantime. Reload this page.`,
  internal: msg`Something went wrong in Fairlead. Your emails are safe. Try again.`,
}

/** What a person reads when a request failed: the contract's sentence, unless that was written for programs. */
export function problemSentence(error: unknown): string {
  if (!(error instanceof ApiError)) return i18n._(unforeseen)
  const own = forPeople[error.code]
  return own ? i18n._(own) : (error.body?.detail ?? i18n._(unforeseen))
}

const unforeseen = msg`Something unexpected happened in this page. Reload it and try again.`
