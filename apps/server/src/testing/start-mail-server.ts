import { type Dovecot, startDovecot } from './start-dovecot.ts'
import { type Postfix, type PostfixOptions, startPostfix } from './start-postfix.ts'

export interface MailServerOptions {
  /** Login → password. */
  readonly users: Readonly<Record<string, string>>
  /** Key and certificates as PEM. */
  readonly certificate: string
  /** Domains whose mail it takes from anybody; all of it goes into one Maildir, but that of `users`. */
  readonly domains: readonly string[]
  /** Further lines of Dovecot's configuration. */
  readonly settings?: string
  readonly postfix?: Partial<Omit<PostfixOptions, 'domains'>>
  /** Address → login that may send as it; absent: everybody as anybody. */
  readonly senders?: Readonly<Record<string, string>>
  /** Further settings of the listeners for people who sign in. */
  readonly submissionSettings?: Readonly<Record<string, string>>
}

/** A company's own mail server: Postfix takes mail, Dovecot knows the logins and keeps the mailboxes. */
export interface MailServer {
  /** Submission at 587 and 465. */
  readonly postfix: Postfix
  /** IMAP at 143 and 993. */
  readonly dovecot: Dovecot
  stop(): Promise<void>
}

export async function startMailServer(options: MailServerOptions): Promise<MailServer> {
  const dovecot = await startDovecot(options)
  try {
    const mailboxes = Object.fromEntries(
      Object.keys(options.users).map(user => [user, `${user.replace(/@.*$/, '')}/`]),
    )
    const postfix = await startPostfix({
      ...options.postfix,
      domains: options.domains,
      certificate: options.certificate,
      mailFolder: dovecot.mailFolder,
      mailboxes: { ...mailboxes, ...options.postfix?.mailboxes },
      submission: {
        sasl: dovecot.sasl,
        ...(options.senders ? { senders: options.senders } : {}),
        ...(options.submissionSettings ? { settings: options.submissionSettings } : {}),
      },
    })
    return {
      postfix,
      dovecot,
      async stop() {
        await postfix.stop()
        await dovecot.stop()
      },
    }
  } catch (error) {
    await dovecot.stop()
    throw error
  }
}
