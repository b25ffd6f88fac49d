import type { Draft } from '@fairlead/contract'

/** What a person types into an email, as the API keeps it. */
export interface DraftContent {
  readonly identityId: string | null
  readonly linkId: string | null
  readonly to: string[]
  readonly cc: string[]
  readonly bcc: string[]
  readonly subject: string
  readonly html: string
}

export const emptyContent: DraftContent = {
  ...{ identityId: null, linkId: null, to: [], cc: [], bcc: [], subject: '', html: '' },
}

export const contentOf = ({ identityId, linkId, to, cc, bcc, subject, html }: Draft): DraftContent => ({
  ...{ identityId, linkId, to, cc, bcc, subject, html },
})

/** Random text for keys; works on plain http too, where crypto.randomUUID does not exist. */
export const randomKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('')
