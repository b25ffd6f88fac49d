import { X509Certificate } from 'node:crypto'
import type { ShownCheckStage, SmtpMailbox } from '@fairlead/contract'
import { makeAuthority } from '../../apps/server/src/testing/make-authority.ts'
import {
  type MailServer,
  type MailServerOptions,
  startMailServer,
} from '../../apps/server/src/testing/start-mail-server.ts'
import type { ApiClient } from './api-client.ts'

/** A company's own Postfix and Dovecot, which people connect by hand. */
export interface CompanyServer extends MailServer {
  /** Records of its domain, brightwater.test: where the server is, and that it takes the mail of its people. */
  readonly zones: Readonly<Record<string, readonly string[]>>
  /** The body of `POST /links`. */
  readonly link: Readonly<Record<string, unknown>> & { readonly settings: object }
  /** Where its people read their mail. */
  readonly imap: SmtpMailbox
  /** Who signed its certificate, as PEM. */
  readonly authority: string
}

/** What signs in; mail to it lies in a mailbox of its own. */
export const companyUser = 'post@brightwater.test'
const host = 'mail.brightwater.test'
const imapHost = 'imap.brightwater.test'

/** Starts the server; mail for customer.test and brightwater.test stays on it. */
export async function startCompanyServer({
  password,
  ...more
}: {
  readonly password: string
} & Pick<MailServerOptions, 'postfix'>): Promise<CompanyServer> {
  const authority = await makeAuthority()
  const certificate = await authority.issue([host, imapHost])
  const server = await startMailServer({
    ...more,
    users: { [companyUser]: password },
    certificate,
    domains: ['customer.test', 'brightwater.test'],
  })
  return {
    ...server,
    zones: {
      'brightwater.test': [
        '@ MX 10 mail',
        `mail A ${server.postfix.address}`,
        `imap A ${server.dovecot.address}`,
      ],
    },
    authority: authority.certificate,
    imap: { host: imapHost, port: 993, encryption: 'tls', user: companyUser },
    link: {
      ...{ kind: 'smtp', name: 'Office', owner: 'member', secret: { password } },
      settings: {
        ...{ host, port: 587, encryption: 'starttls', user: companyUser },
        certificateSha256: new X509Certificate(certificate).fingerprint256.replaceAll(':', '').toLowerCase(),
      },
    },
  }
}

/** Checks a saved link as its page does; the steps that failed. */
export async function failuresOf(api: ApiClient, linkId: string): Promise<readonly ShownCheckStage[]> {
  const stages = await api.stream<ShownCheckStage>('POST', `/links/${linkId}/check`)
  return stages.filter(stage => stage.state === 'failed')
}
