/** Names that the managed servers go by; all live at or below FAIRLEAD_MAIL_DOMAIN. */
export interface PlatformHosts {
  /** The servers' own name: EHLO, the name behind our address (PTR), d= of the platform's signature, Message-IDs. */
  readonly mailDomain: string
  /** Takes returned mail: MX leads to our listener, SPF allows our addresses. */
  readonly returnPathHost: string
  /** s= of the platform's signature; the public key is TXT at `<selector>._domainkey.<mailDomain>`. */
  readonly dkimSelector: string
}

export function platformHosts(mailDomain: string): PlatformHosts {
  return { mailDomain, returnPathHost: `bounces.${mailDomain}`, dkimSelector: 'fairlead' }
}
