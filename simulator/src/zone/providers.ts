/** Whose words a simulated server speaks. */
export type Flavour = 'google' | 'microsoft' | 'yahoo' | 'postfix'

interface Provider {
  readonly domains: readonly string[]
  readonly exchanges: readonly (readonly [preference: number, host: string])[]
}

const googleHosts = (host: string): Provider['exchanges'] => [
  [5, host],
  [10, `alt1.${host}`],
  [20, `alt2.${host}`],
]

/** Well-known domains keep their providers' host names, so that pacing per provider has something to roll up. */
const providers: readonly Provider[] = [
  { domains: ['gmail.com', 'googlemail.com'], exchanges: googleHosts('gmail-smtp-in.l.google.com') },
  { domains: ['initech.example', 'globex.example'], exchanges: googleHosts('aspmx.l.google.com') },
  {
    domains: ['outlook.com', 'hotmail.com', 'live.com', 'msn.com'],
    exchanges: [[5, 'outlook-com.olc.protection.outlook.com']],
  },
  {
    domains: ['contoso.com', 'contoso.example'],
    exchanges: [[0, 'contoso-com.mail.protection.outlook.com']],
  },
  {
    domains: ['fabrikam.com', 'fabrikam.example'],
    exchanges: [[0, 'fabrikam-com.mail.protection.outlook.com']],
  },
  {
    domains: ['yahoo.com', 'ymail.com', 'aol.com'],
    exchanges: [
      [1, 'mta5.am0.yahoodns.net'],
      [1, 'mta6.am0.yahoodns.net'],
      [1, 'mta7.am0.yahoodns.net'],
    ],
  },
  {
    domains: ['icloud.com', 'me.com'],
    exchanges: [
      [10, 'mx01.mail.icloud.com'],
      [10, 'mx02.mail.icloud.com'],
    ],
  },
  {
    domains: ['gmx.net', 'gmx.de'],
    exchanges: [
      [10, 'mx00.gmx.net'],
      [10, 'mx01.gmx.net'],
    ],
  },
]

const byDomain = new Map(providers.flatMap(({ domains, exchanges }) => domains.map(d => [d, exchanges])))

/** MX hosts of a domain by default: its provider's real names, or `mx1.<domain>`. */
export function defaultExchanges(domain: string): Provider['exchanges'] {
  return byDomain.get(domain) ?? [[10, `mx1.${domain}`]]
}

const flavours: readonly (readonly [hostSuffix: string, flavour: Flavour])[] = [
  ['.google.com', 'google'],
  ['.googlemail.com', 'google'],
  ['.protection.outlook.com', 'microsoft'],
  ['.yahoodns.net', 'yahoo'],
]

/** Whose words the host speaks, judged by its name. */
export function flavourOfHost(host: string): Flavour {
  return flavours.find(([suffix]) => host.endsWith(suffix))?.[1] ?? 'postfix'
}
