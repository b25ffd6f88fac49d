import type { Reason, ReasonCode } from '@fairlead/bounce'
import type {
  CheckSentence,
  CheckStageName,
  LinkFix,
  ShownCertificate,
  SmtpLinkSettings,
} from '@fairlead/contract'
import { SecretUnavailableError } from '../../links/secret-unavailable.ts'
import type { CertificateFacts } from '../../transports/smtp/certificate.ts'
import { SmtpError, type SmtpReply, type SmtpStage } from '../../transports/smtp/reply.ts'
import type { CheckStage } from '../channel.ts'
import { reasonOf } from '../reply-outcomes.ts'
import { fillFixes } from './fixes.ts'
import { findKnownReply } from './replies/find-known-reply.ts'

/** Where something went wrong, and for whom. */
export interface Trouble {
  readonly stage: CheckStageName
  readonly settings: SmtpLinkSettings
  /** The sender that was tried. */
  readonly sender?: string
}

interface Diagnosis {
  readonly sentence: CheckSentence
  readonly fixes: readonly LinkFix[]
  readonly params?: Readonly<Record<string, string | number>>
  readonly apiUser?: string
}

/** A failure of the wire as a failed stage: plain words, fixes in order, the verbatim reply. */
export function diagnose(error: unknown, trouble: Trouble): CheckStage {
  if (error instanceof SecretUnavailableError)
    return {
      stage: 'sign-in',
      state: 'failed',
      reason: error.outcome.reason,
      fixes: [{ code: 'choose-login' }],
    }
  if (!(error instanceof SmtpError)) {
    const message = error instanceof Error ? error.message : 'unknown error'
    return failedStage({ sentence: 'fault', fixes: ['wait-and-retry'] }, trouble, { reply: message })
  }
  const found = error.reply
    ? diagnoseReply(error.reply, error.stage, trouble)
    : diagnoseSilence(error, trouble.settings)
  return failedStage(found, trouble, {
    reply: error.reply?.text ?? error.message,
    ...(error.reply ? { said: error.reply } : {}),
    certificate: error.certificate,
  })
}

/** A refusal of the server as a failed stage. */
export function diagnoseRefusal(reply: SmtpReply, at: SmtpStage, trouble: Trouble): CheckStage {
  return failedStage(diagnoseReply(reply, at, trouble), trouble, { reply: reply.text, said: reply })
}

/** A failed stage of our own finding, without the wire. */
export function failedStage(
  found: Diagnosis,
  trouble: Trouble,
  heard: {
    readonly reply?: string
    readonly said?: SmtpReply
    readonly certificate?: CertificateFacts | null
  },
): CheckStage {
  const { stage, settings, sender } = trouble
  const { host, port, user } = settings
  const params = { host, port, user: user || host, ...(sender ? { sender } : {}), ...found.params }
  const certificate = heard.certificate ?? null
  return {
    stage,
    state: 'failed',
    ...(sender === undefined ? {} : { about: sender }),
    sentence: { code: found.sentence, params },
    reason: reasonFor(found.sentence, { host, user, ...heard }),
    fixes: fillFixes(found.fixes, {
      settings,
      certificate,
      ...(found.apiUser === undefined ? {} : { apiUser: found.apiUser }),
      ...(sender === undefined ? {} : { sender }),
    }),
    ...(certificate ? { certificate: showCertificate(certificate) } : {}),
  }
}

/** A certificate as the API shows it. */
export function showCertificate(facts: CertificateFacts): ShownCertificate {
  return {
    ...facts,
    names: [...facts.names],
    validFrom: facts.validFrom.toISOString(),
    validTo: facts.validTo.toISOString(),
  }
}

function diagnoseReply(reply: SmtpReply, at: SmtpStage, { settings }: Trouble): Diagnosis {
  const known = findKnownReply(reply.text, settings.host)
  if (known) {
    const { sentence, fixes, user } = known
    if (sentence === 'sign-in.password' && settings.login === 'xoauth2') return tokenRefused
    return { sentence, fixes, ...(user === undefined ? {} : { apiUser: user }) }
  }
  const isForNow = reply.code < 500
  if (reply.code === 421) return { sentence: 'busy', fixes: ['wait-and-retry'] }
  switch (at) {
    case 'connect':
    case 'greeting':
      return isForNow
        ? { sentence: 'busy', fixes: ['wait-and-retry'] }
        : { sentence: 'connect.turned-away', fixes: ['allow-address', 'ask-admin'] }
    case 'hello':
      return { sentence: 'hello.refused', fixes: ['ask-admin'] }
    case 'encrypt':
      return { sentence: 'encrypt.refused', fixes: ['use-port-465', 'ask-admin'] }
    case 'sign-in':
      return settings.login === 'xoauth2' && reply.code >= 500 ? tokenRefused : diagnoseLogin(reply)
    case 'mail':
    case 'rcpt':
      if (reply.code === 530) return { sentence: 'sign-in.required', fixes: ['choose-login'] }
      return isForNow
        ? { sentence: 'busy', fixes: ['wait-and-retry', 'ask-admin'] }
        : { sentence: 'sender.refused', fixes: ['use-own-identity', 'verify-sender', 'ask-admin'] }
    default:
      return diagnoseMessage(reply)
  }
}

const tokenRefused: Diagnosis = {
  sentence: 'sign-in.token',
  fixes: ['use-full-address', 'renew-token', 'change-login-method'],
}

function diagnoseLogin(reply: SmtpReply): Diagnosis {
  if (reply.code < 500) return { sentence: 'sign-in.temporary', fixes: ['wait-and-retry', 'ask-admin'] }
  if (reply.code === 504 || reply.code === 502)
    return {
      sentence: 'sign-in.method-refused',
      fixes: ['change-login-method', 'use-port-587', 'choose-no-login'],
    }
  if (reply.code === 538 || reply.code === 530)
    return { sentence: 'sign-in.needs-tls', fixes: ['use-starttls', 'use-port-465'] }
  return { sentence: 'sign-in.password', fixes: ['use-full-address', 'check-password', 'use-app-password'] }
}

function diagnoseMessage(reply: SmtpReply): Diagnosis {
  if (reply.code < 500) return { sentence: 'test.deferred', fixes: ['wait-and-retry'] }
  const { code } = reasonOf(reply, '')
  if (code.startsWith('content.')) return { sentence: 'test.content', fixes: ['ask-admin'] }
  if (code.startsWith('size.')) return { sentence: 'test.too-large', fixes: ['ask-admin'] }
  if (code.startsWith('recipient.'))
    return { sentence: 'test.no-recipient', fixes: ['check-identity', 'ask-admin'] }
  return { sentence: 'test.refused', fixes: ['ask-admin'] }
}

/** Nobody said anything: what the system and TLS know. */
function diagnoseSilence(error: SmtpError, settings: SmtpLinkSettings): Diagnosis {
  switch (error.trouble) {
    case 'certificate':
      return diagnoseCertificate(error)
    case 'tls':
      return diagnoseTls(error)
    case 'no-login':
      return diagnoseNoLogin(error, settings)
    case 'unreachable':
      return diagnoseUnreachable(error)
    case 'timeout':
      if (error.stage === 'connect') return { sentence: 'connect.timeout', fixes: unansweredFixes }
      if (error.stage === 'greeting')
        // A server that waits for the first byte of TLS says nothing.
        return {
          sentence: 'connect.greeting',
          fixes: ['use-tls', 'use-port-465', 'use-port-587', 'check-port'],
        }
      return { sentence: 'no-answer', fixes: ['wait-and-retry', 'ask-admin'] }
    case 'protocol':
      if (error.stage === 'greeting')
        return { sentence: 'connect.greeting', fixes: ['use-tls', 'check-port', 'use-port-587'] }
      return { sentence: 'fault', fixes: ['check-port', 'ask-admin'] }
    default:
      if (afterData.has(error.stage)) return { sentence: 'test.cut', fixes: ['wait-and-retry', 'ask-admin'] }
      return { sentence: 'hung-up', fixes: ['wait-and-retry', 'allow-address', 'ask-admin'] }
  }
}

const afterData: ReadonlySet<SmtpStage> = new Set(['data', 'body', 'end'])

const unansweredFixes: readonly LinkFix[] = ['use-port-587', 'use-port-465', 'check-host', 'open-firewall']

function diagnoseUnreachable({ code }: SmtpError): Diagnosis {
  if (code === 'ECONNREFUSED')
    return {
      sentence: 'connect.refused',
      fixes: ['use-port-587', 'use-port-465', 'check-port', 'check-host'],
    }
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH')
    return { sentence: 'connect.unreachable', fixes: ['check-host', 'open-firewall'] }
  return { sentence: 'connect.timeout', fixes: unansweredFixes }
}

function diagnoseTls(error: SmtpError): Diagnosis {
  if (/does not offer STARTTLS/.test(error.message))
    return { sentence: 'encrypt.not-offered', fixes: ['use-port-465', 'use-port-587', 'ask-admin'] }
  const code = error.code ?? ''
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH|EPROTO|HTTP_REQUEST|RECORD_TOO_|UNEXPECTED_MESSAGE/.test(code))
    return { sentence: 'encrypt.not-tls', fixes: ['use-starttls', 'use-port-465', 'check-port'] }
  if (/UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|DH_KEY_TOO_SMALL|NO_SHARED_CIPHER|HANDSHAKE_FAILURE/.test(code))
    return { sentence: 'encrypt.too-old', fixes: ['upgrade-server'] }
  return { sentence: 'encrypt.failed', fixes: ['use-starttls', 'use-port-465', 'ask-admin'] }
}

const byCertificateCode: Readonly<Record<string, Pick<Diagnosis, 'sentence' | 'fixes'>>> = {
  CERT_HAS_EXPIRED: { sentence: 'encrypt.expired', fixes: ['renew-certificate', 'pin-certificate'] },
  CERT_NOT_YET_VALID: { sentence: 'encrypt.not-yet', fixes: ['ask-admin', 'pin-certificate'] },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    sentence: 'encrypt.wrong-name',
    fixes: ['use-certificate-name', 'renew-certificate', 'pin-certificate'],
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: {
    sentence: 'encrypt.self-signed',
    fixes: ['pin-certificate', 'renew-certificate'],
  },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: {
    sentence: 'encrypt.incomplete-chain',
    fixes: ['complete-chain', 'pin-certificate'],
  },
  PIN_MISMATCH: { sentence: 'encrypt.other-certificate', fixes: ['ask-admin', 'pin-certificate'] },
}

/** What is wrong with a certificate; `code` as TLS says it. */
export function diagnoseCertificate({
  code,
  certificate,
}: Pick<SmtpError, 'code' | 'certificate'>): Diagnosis {
  const found = byCertificateCode[code ?? ''] ?? {
    sentence: 'encrypt.unknown-issuer',
    fixes: ['renew-certificate', 'pin-certificate'],
  }
  const day = (at: Date | undefined) => at?.toISOString().slice(0, 10) ?? ''
  const at = found.sentence === 'encrypt.not-yet' ? certificate?.validFrom : certificate?.validTo
  return { ...found, params: { date: day(at), names: certificate?.names.slice(0, 5).join(', ') ?? '' } }
}

function diagnoseNoLogin({ message }: SmtpError, { encryption }: SmtpLinkSettings): Diagnosis {
  if (/no encryption/.test(message))
    return { sentence: 'sign-in.clear-text', fixes: ['use-port-465', 'use-port-587', 'ask-admin'] }
  if (/offers none$/.test(message)) {
    // A server that wants TLS first hides its logins until then (RFC 4954 §4).
    const first: readonly LinkFix[] = encryption === 'none' ? ['use-starttls'] : []
    return { sentence: 'sign-in.not-offered', fixes: [...first, 'use-port-587', 'choose-no-login'] }
  }
  return {
    sentence: 'sign-in.no-shared-method',
    fixes: ['change-login-method', 'choose-no-login', 'ask-admin'],
  }
}

function reasonFor(
  sentence: CheckSentence,
  heard: { readonly host: string; readonly user: string; readonly reply?: string; readonly said?: SmtpReply },
): Reason {
  const { host, user, reply, said } = heard
  return {
    code: reasonCodeFor(sentence, said, host),
    params: { host, ...(user === '' ? {} : { user }) },
    ...(reply === undefined || reply === '' ? {} : { reply: reply.slice(0, 4_000) }),
    ...(said ? { replyCode: said.code } : {}),
    ...(said?.status ? { status: said.status } : {}),
  }
}

const certificateSentence =
  /^encrypt\.(?:expired|not-yet|wrong-name|self-signed|unknown-issuer|incomplete|other)/

function reasonCodeFor(sentence: CheckSentence, said: SmtpReply | undefined, host: string): ReasonCode {
  if (certificateSentence.test(sentence)) return 'link.certificate'
  if (sentence.startsWith('encrypt.') || sentence === 'sign-in.needs-tls') return 'link.tls'
  if (sentence.startsWith('sign-in.')) return 'link.login'
  if (sentence === 'sender.relay-denied') return 'policy.relay-denied'
  if (sentence.startsWith('sender.')) return 'identity.not-permitted'
  if (sentence === 'test.limit') return 'quota.channel'
  if (sentence === 'busy' || sentence === 'too-many-connections') return 'rate.connections'
  if (sentence === 'too-much-mail') return 'rate.limited'
  if (sentence === 'greylisted') return 'rate.greylisted'
  if (sentence === 'test.cut') return 'uncertain.cut'
  if (sentence.startsWith('test.') && said) return reasonOf(said, host).code
  return sentence === 'find.private' || sentence === 'find.sandbox'
    ? 'transport.private-address'
    : 'link.gone'
}
