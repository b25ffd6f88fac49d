import type {
  Link,
  ShownFix,
  SmtpEncryption,
  SmtpLinkForm,
  SmtpLinkSecret,
  SmtpLoginMethod,
  SmtpPreset,
} from '@fairlead/contract'

/** The form that connects an SMTP server, as it is typed. */
export interface SmtpValues {
  readonly name: string
  readonly owner: 'member' | 'team'
  readonly host: string
  readonly port: string
  readonly encryption: SmtpEncryption
  readonly login: SmtpLoginMethod
  readonly user: string
  readonly password: string
  readonly ownDomain: string
  readonly certificateSha256: string
  readonly borrowedReturnPath: boolean
  readonly watchesMailbox: boolean
  readonly imapHost: string
  readonly imapPort: string
  readonly imapEncryption: SmtpEncryption
  readonly imapUser: string
  readonly imapPassword: string
  readonly imapCertificateSha256: string
}

const empty: SmtpValues = {
  ...{ name: '', owner: 'member', host: '', port: '587', encryption: 'starttls', login: 'auto' },
  ...{ user: '', password: '', ownDomain: '', certificateSha256: '', borrowedReturnPath: false },
  ...{ watchesMailbox: false, imapHost: '', imapPort: '993', imapEncryption: 'tls' },
  ...{ imapUser: '', imapPassword: '', imapCertificateSha256: '' },
}

/** What a link has stored, for editing; its password is never shown and stays when none is typed. */
export function valuesOf(link: Link | null): SmtpValues {
  const { settings } = link ?? {}
  if (!link || settings?.kind !== 'smtp') return empty
  const { imap } = settings
  return {
    ...empty,
    ...{ name: link.name, owner: link.owner, host: settings.host, port: String(settings.port) },
    ...{ encryption: settings.encryption, login: settings.login, user: settings.user },
    ...{ ownDomain: settings.ownDomain ?? '', certificateSha256: settings.certificateSha256 ?? '' },
    borrowedReturnPath: settings.borrowedReturnPath,
    ...(imap && {
      ...{ watchesMailbox: true, imapHost: imap.host, imapPort: String(imap.port) },
      ...{ imapEncryption: imap.encryption, imapUser: imap.user },
      imapCertificateSha256: imap.certificateSha256 ?? '',
    }),
  }
}

/** The settings as the API takes them; what the form does not show is kept as the link has it. */
export function settingsOf(values: SmtpValues, link: Link | null): SmtpLinkForm {
  const before = link?.settings?.kind === 'smtp' ? link.settings : null
  const { maxRecipients } = before ?? {}
  return {
    ...{ host: values.host.trim(), port: Number(values.port), encryption: values.encryption },
    ...{ login: values.login, user: values.login === 'none' ? '' : values.user.trim() },
    ...(values.ownDomain.trim() && { ownDomain: values.ownDomain.trim() }),
    ...(values.certificateSha256 && { certificateSha256: values.certificateSha256 }),
    ...(maxRecipients && { maxRecipients }),
    imap: values.watchesMailbox ? mailboxOf(values, before?.imap?.sentFolder) : null,
    borrowedReturnPath: values.borrowedReturnPath,
  }
}

const mailboxOf = (values: SmtpValues, sentFolder: string | undefined) => ({
  ...(sentFolder === undefined ? {} : { sentFolder }),
  ...{ host: values.imapHost.trim(), port: Number(values.imapPort) },
  ...{ encryption: values.imapEncryption, user: values.imapUser.trim() || values.user.trim() },
  ...(values.imapCertificateSha256 && { certificateSha256: values.imapCertificateSha256 }),
})

/** The passwords as typed; none: what is stored stays. */
export function secretOf({ password, imapPassword, watchesMailbox }: SmtpValues): SmtpLinkSecret | undefined {
  if (!password && !(watchesMailbox && imapPassword)) return undefined
  return { password, ...(watchesMailbox && imapPassword && { imapPassword }) }
}

/** The form with a fix carried out; undefined where a person has to do it elsewhere. */
export function withFix(values: SmtpValues, { change }: ShownFix): SmtpValues | undefined {
  if (change === null) return undefined
  const known = Object.keys(values)
  const fitting = Object.entries(change)
    .map(([name, value]) => [fieldOf(name), value] as const)
    .filter(([name]) => known.includes(name))
  if (fitting.length === 0) return undefined
  return {
    ...values,
    ...Object.fromEntries(
      fitting.map(([name, value]) => [name, typeof value === 'number' ? String(value) : value]),
    ),
  }
}

/** The API's imap.host is imapHost here. */
const fieldOf = (name: string): string =>
  name.replace(/^imap\.(.)/, (_all, first: string) => `imap${first.toUpperCase()}`)

/** The form with a service's settings; what a person typed of theirs stays. */
export function withService(values: SmtpValues, settings: ServiceSettings): SmtpValues {
  const { host, port, encryption, login, user, imap } = settings
  return {
    ...values,
    ...{ host, port: String(port), encryption, login, user: user || values.user, certificateSha256: '' },
    imapCertificateSha256: '',
    ...(imap
      ? {
          ...{ watchesMailbox: true, imapHost: imap.host, imapPort: String(imap.port) },
          ...{ imapEncryption: imap.encryption, imapUser: imap.user },
        }
      : { watchesMailbox: false }),
  }
}

type ServiceSettings = SmtpPreset['settings']

/** Hosts that are better connected in another way, and which that is. */
export function betterKindFor(host: string): 'gmail' | 'microsoft' | null {
  const name = host.trim().toLowerCase()
  if (/(^|\.)(gmail|googlemail|google)\.com$/.test(name)) return 'gmail'
  if (/(^|\.)(office365|outlook|hotmail|live)\.com$/.test(name)) return 'microsoft'
  return null
}
