import type { LinkFix, SmtpLinkSettings, ToldFix } from '@fairlead/contract'
import type { CertificateFacts } from '../../transports/smtp/certificate.ts'

/** What a fix is filled with. */
export interface FixGround {
  readonly settings: SmtpLinkSettings
  readonly certificate?: CertificateFacts | null
  /** The user name that the provider gives to everybody. */
  readonly apiUser?: string
  /** An address that is to send over the link. */
  readonly sender?: string
}

type Change = NonNullable<ToldFix['change']>

/** Fixes that fit, each with the change of settings that carries it out; those that change nothing are left out. */
export function fillFixes(codes: readonly LinkFix[], ground: FixGround): ToldFix[] {
  return codes.flatMap(code => {
    const filled = fillFix(code, ground)
    return filled ? [filled] : []
  })
}

function fillFix(code: LinkFix, ground: FixGround): ToldFix | null {
  const { settings, certificate, apiUser, sender } = ground
  const { host, port, user } = settings
  switch (code) {
    case 'use-port-587':
      return changing(code, settings, { port: 587, encryption: 'starttls' })
    case 'use-port-465':
      return changing(code, settings, { port: 465, encryption: 'tls' })
    case 'use-starttls':
      return changing(code, settings, { encryption: 'starttls' })
    case 'use-tls':
      return changing(code, settings, { encryption: 'tls' })
    case 'change-login-method':
      return settings.login === 'auto' ? { code } : changing(code, settings, { login: 'auto' })
    case 'choose-no-login':
      return changing(code, settings, { login: 'none' })
    case 'switch-return-path':
      return changing(code, settings, { borrowedReturnPath: false })
    case 'use-full-address':
      if (user.includes('@')) return null
      return sender === undefined ? { code } : { code, change: { user: sender } }
    case 'use-certificate-name': {
      const name = certificate?.names.find(known => !known.includes('*') && /^[a-z0-9.-]+$/i.test(known))
      return name === undefined ? null : { code, params: { name }, change: { host: name.toLowerCase() } }
    }
    case 'pin-certificate':
      return certificate ? { code, change: { certificateSha256: certificate.sha256 } } : null
    case 'use-api-key': {
      const shown = apiUser ?? 'the name that the provider gives'
      const isName = apiUser !== undefined && !apiUser.includes(' ') && apiUser !== user
      return { code, params: { user: shown }, ...(isName ? { change: { user: apiUser } } : {}) }
    }
    case 'grant-send-as':
    case 'verify-sender':
      return { code, params: { user: user || host, sender: sender ?? user } }
    case 'open-firewall':
      return { code, params: { host, port } }
    default:
      return { code }
  }
}

/** Null where the settings are so already. */
function changing(code: LinkFix, settings: SmtpLinkSettings, change: Change): ToldFix | null {
  const now: Readonly<Record<string, unknown>> = { ...settings }
  return Object.entries(change).every(([name, value]) => now[name] === value) ? null : { code, change }
}
