import { createSecureContext, type SecureContext } from 'node:tls'
import { type Authority, type MadeCertificate, makeAuthority, makeCertificate } from '../mx/certificate.ts'
import type { Submission } from '../mx/mx-server.ts'
import type { Reply } from '../mx/wording.ts'
import { logins, servers } from './table.ts'

/** Where people hand over their mail. */
export interface SubmissionPlaces {
  readonly address: string
  /** With STARTTLS. */
  readonly port: number
  /** With TLS from the first byte. */
  readonly securePort: number
  /** PEM of who signed the servers' certificates. */
  readonly authority: string
}

const name = 'smtp.sandbox.test'
const mostContexts = 200

/** Everybody's own mail server, under every name: the name decides about the certificate, the login about the rest. */
export function submissionServers() {
  const authority = makeAuthority('Fairlead sandbox authority')
  const contexts = new Map<string, SecureContext>()
  const contextFor = (host: string): SecureContext => {
    const known = contexts.get(host)
    if (known) return known
    const made = createSecureContext(certificateFor(host, authority))
    if (contexts.size < mostContexts) contexts.set(host, made)
    return made
  }
  const shared = {
    name,
    certificate: makeCertificate(name, { issuer: authority }),
    contextFor,
    refuseLogin,
    refuseSender,
  }
  const startTls: Submission = { ...shared, isSecure: false }
  const secure: Submission = { ...shared, isSecure: true }
  return { authority: authority.cert, startTls, secure }
}

function certificateFor(host: string, issuer: Authority): MadeCertificate {
  switch (servers.find(server => server.host === host)?.certificate) {
    case 'expired':
      return makeCertificate(host, { issuer, isExpired: true })
    case 'other-name':
      return makeCertificate(name, { issuer })
    case 'self-signed':
      return makeCertificate(host)
    default:
      return makeCertificate(host, { issuer })
  }
}

const loginOf = (user: string) =>
  logins.find(({ localPart }) => localPart === user.toLowerCase().split('@', 1)[0])

/** Any password is right but an empty one and the word "wrong". */
function refuseLogin(user: string, password: string): Reply | null {
  const refusal = loginOf(user)?.refusal
  if (refusal) return refusal
  const isWrong = password === '' || password === 'wrong'
  return isWrong ? (logins[0]?.refusal ?? null) : null
}

function refuseSender(user: string, sender: string): Reply | null {
  const login = loginOf(user)
  if (login?.refusesAll) return login.refusesAll
  return login?.refusesOthers && sender.toLowerCase() !== user.toLowerCase() ? login.refusesOthers : null
}
