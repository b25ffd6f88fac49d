import { createHash, randomBytes } from 'node:crypto'

/** A secret that travels in a mailed link, and what is kept of it. */
export interface MailedToken {
  /** 32 random octets in base64url. */
  readonly token: string
  readonly hash: string
}

export function newMailedToken(): MailedToken {
  const token = randomBytes(32).toString('base64url')
  return { token, hash: hashMailedToken(token) }
}

/** What is kept of a token. The token is random, so that a plain hash is enough. */
export function hashMailedToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
