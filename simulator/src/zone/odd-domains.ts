/** What a name does that is not ordinary. `answer` gives the default values per type; `null`: no such record. */
export interface OddDomain {
  /** The domain; names below it share `outcome`. */
  readonly domain: string
  readonly says: string
  readonly outcome?: 'NXDOMAIN' | 'SERVFAIL' | 'slow' | 'silent'
  readonly mx?: readonly (readonly [preference: number, host: string])[] | null
  /** Addresses of hosts below the domain that do not lead to the simulator. */
  readonly hosts?: Readonly<Record<string, string>>
}

/** Nothing listens there: the simulator binds one address, and 127/8 is all ours. */
const deadAddress = '127.0.0.66'

/** Domains whose DNS misbehaves, one row each; `GET /behaviours` lists them. */
export const oddDomains: readonly OddDomain[] = [
  {
    domain: 'nomail.example',
    says: 'Publishes a null MX: takes no mail at all (RFC 7505).',
    mx: [[0, '']],
  },
  { domain: 'nowhere.example', says: 'Does not exist (NXDOMAIN).', outcome: 'NXDOMAIN' },
  { domain: 'invalid', says: 'No name below .invalid exists (RFC 6761 §6.4).', outcome: 'NXDOMAIN' },
  { domain: 'servfail.example', says: 'Its name servers fail (SERVFAIL).', outcome: 'SERVFAIL' },
  {
    domain: 'deadmx.example',
    says: 'The first MX refuses connections, the second takes the mail.',
    mx: [
      [10, 'mx1.deadmx.example'],
      [20, 'mx2.deadmx.example'],
    ],
    hosts: { 'mx1.deadmx.example': deadAddress },
  },
  {
    domain: 'alldead.example',
    says: 'Every MX refuses connections.',
    mx: [
      [10, 'mx1.alldead.example'],
      [20, 'mx2.alldead.example'],
    ],
    hosts: { 'mx1.alldead.example': deadAddress, 'mx2.alldead.example': deadAddress },
  },
  {
    domain: 'implicit.example',
    says: 'No MX; its address record takes the mail (RFC 5321 §5.1).',
    mx: null,
  },
  {
    domain: 'private.example',
    says: 'Its MX has a private address.',
    mx: [[10, 'mx1.private.example']],
    hosts: { 'mx1.private.example': '10.1.2.3' },
  },
  { domain: 'slowdns.example', says: 'Its name servers answer after seconds.', outcome: 'slow' },
  { domain: 'silent.example', says: 'Its name servers never answer.', outcome: 'silent' },
]

/** The row that covers `name`, if one does. */
export function findOddDomain(name: string): OddDomain | undefined {
  return oddDomains.find(({ domain }) => name === domain || name.endsWith(`.${domain}`))
}
