import { z } from 'zod'
import { recordProblemCodes } from './domain-problems.ts'
import { channelKind, ids, shownTime } from './schemas.ts'

/** What a record is for. Advice is shown only where a look-up proved that there is none, or that there are two. */
export const recordPurposes = [
  'dkim-1',
  'dkim-2',
  'dkim-next-1',
  'dkim-next-2',
  'return-path-mx',
  'return-path-spf',
  'dmarc-advice',
  'tls-report-advice',
  'report-authorisation',
] as const

const recordProblem = z
  .object({
    code: z.enum(recordProblemCodes),
    params: z.record(z.string(), z.union([z.string(), z.number()])),
    sentence: z.string().meta({ description: 'what is wrong, in English' }),
    fix: z.string().meta({ description: 'what to do about it, in English' }),
  })
  .meta({ description: 'What is wrong with a record' })

export const domainRecord = z
  .object({
    purpose: z.enum(recordPurposes),
    title: z.string().meta({ description: 'what it is for, in a few words' }),
    meaning: z.string().meta({ description: 'what it brings, in a sentence' }),
    place: z.enum(['your-dns', 'our-dns']).meta({
      description: 'our-dns: the operator of this installation publishes it, not the owner of the domain',
    }),
    isRequired: z.boolean().meta({ description: 'false: advice' }),
    type: z.enum(['TXT', 'MX']),
    name: z.string().meta({ description: 'the whole name, without a dot at the end' }),
    host: z
      .string()
      .meta({ description: 'the name as DNS panels ask for it: without the domain; @ for the domain' }),
    expected: z.string().meta({ description: 'the value to enter' }),
    found: z.array(z.string()).meta({ description: 'what stands there' }),
    state: z.enum(['found', 'not-found', 'needs-change', 'conflict', 'not-checked-yet']),
    problem: recordProblem.nullable(),
    checkedAt: shownTime.nullable(),
  })
  .meta({ description: 'A record in DNS: what should stand there and what does' })
export type DomainRecord = z.infer<typeof domainRecord>

const domainSwitch = z.object({
  state: z.enum(['on', 'off', 'grace']).meta({
    description: 'grace: its records are gone, and it goes on until `until`',
  }),
  since: shownTime,
  until: shownTime.nullable().meta({ description: 'end of the grace' }),
  sentence: z.string().meta({ description: 'English, for people' }),
})

const fromLine = z.object({
  from: z.string().meta({ description: 'the From address' }),
  via: z.string().nullable().meta({ description: 'the domain behind "via"; null: no such tag' }),
  signedBy: z.string(),
  mailedBy: z.string(),
  dkim: z.enum(['aligned', 'not-aligned']),
  spf: z.enum(['aligned', 'not-aligned']),
  dmarc: z.enum(['pass', 'fail', 'no-policy', 'not-checked-yet']),
})

export const publishedDmarc = z
  .object({
    name: z.string().meta({ description: 'where it stands: the domain itself or the one above it' }),
    record: z.string(),
    policy: z.enum(['none', 'quarantine', 'reject']).meta({ description: 'that holds for this domain' }),
    dkimAlignment: z.enum(['relaxed', 'strict']),
    spfAlignment: z.enum(['relaxed', 'strict']),
    percent: z.int(),
    reportsToUs: z.boolean().meta({ description: 'aggregate reports come to reportAddress' }),
  })
  .meta({ description: 'The DMARC policy that DNS shows' })
export type PublishedDmarc = z.infer<typeof publishedDmarc>

export const sendingDomain = z
  .object({
    id: ids.domain,
    domain: z.string().meta({ description: 'A-label, lower case' }),
    createdAt: shownTime,
    checkedAt: shownTime.nullable(),
    nextCheckAt: shownTime,
    recordsFound: z.int(),
    recordsRequired: z.int(),
    records: z.array(domainRecord),
    signing: domainSwitch.extend({
      domain: z.string().nullable().meta({ description: 'd= of the signature; null: the platform’s' }),
      selectors: z.array(z.string()).meta({ description: 'that sign now' }),
      algorithms: z.array(z.enum(['rsa-sha256', 'ed25519-sha256'])),
    }),
    envelope: domainSwitch.extend({
      host: z.string().meta({ description: 'the return-path host of this domain' }),
    }),
    rotation: z
      .object({
        state: z.enum(['none', 'waiting', 'switched']).meta({
          description:
            'waiting: the next records are to be published; switched: the next keys sign, the old records may go',
        }),
        since: shownTime.nullable(),
        oldSelectors: z.array(z.string()),
        oldMayGoAt: shownTime
          .nullable()
          .meta({ description: 'mail under way is still checked against them' }),
        sentence: z.string(),
      })
      .meta({ description: 'A change of keys' }),
    dmarc: publishedDmarc.nullable().meta({ description: 'null: none, or not known' }),
    isDmarcKnown: z.boolean().meta({ description: 'false: no look-up has answered yet' }),
    reportAddress: z.string().meta({ description: 'takes aggregate reports about this domain' }),
    reportRecord: z.string().nullable().meta({
      description: 'the DMARC record there is with reportAddress added; null: nothing to add',
    }),
    provider: z
      .object({
        id: z.string(),
        name: z.string(),
        wording: z.string().meta({ description: 'how its panel wants names and values, in English' }),
        link: z.url().meta({ description: 'its own page about adding records' }),
      })
      .nullable()
      .meta({ description: 'who runs the DNS of the domain, told by its name servers' }),
    nameServers: z.array(z.string()),
    identities: z.int().meta({ description: 'identities that are verified because of this domain' }),
    before: fromLine.meta({ description: 'as recipients see mail now' }),
    after: fromLine.meta({ description: 'as they see it once all records are found' }),
  })
  .meta({ description: 'A domain that signs and takes back its own mail' })
export type SendingDomain = z.infer<typeof sendingDomain>

const reportSource = z
  .object({
    address: z.string().meta({ description: 'IP address that sent' }),
    organisation: z
      .string()
      .meta({ description: 'whose it seems to be, by the signatures and return paths' }),
    channel: channelKind.nullable().meta({ description: 'our channel that this is; null: none of ours' }),
    messages: z.int(),
    passed: z.int().meta({ description: 'DMARC passed' }),
    dkimAligned: z.int(),
    spfAligned: z.int(),
    lastDay: z.iso.date(),
  })
  .meta({ description: 'Who sends as the domain' })

export const dmarcSummary = z
  .object({
    days: z.int(),
    address: z.string().meta({ description: 'reports are sent here' }),
    reports: z.int(),
    reporters: z.array(z.string()),
    lastReportAt: shownTime.nullable(),
    messages: z.int(),
    passed: z.int(),
    sources: z.array(reportSource).meta({ description: 'the largest first, at most 100' }),
    channels: z
      .array(
        z.object({
          channel: channelKind,
          messages: z.int(),
          failed: z.int(),
          sentence: z.string(),
        }),
      )
      .meta({ description: 'our own channels' }),
    ifRejected: z
      .object({
        refused: z.int().meta({ description: 'messages that p=reject would have refused' }),
        ours: z.int().meta({ description: 'of these, ours' }),
        sentence: z.string(),
      })
      .meta({ description: 'What p=reject would have done' }),
  })
  .meta({ description: 'What the aggregate reports of the last days say' })
export type DmarcSummary = z.infer<typeof dmarcSummary>

export const allowlisted = z
  .object({
    ehloNames: z.array(z.string()),
    addresses: z.array(z.string()).meta({ description: 'IPv4 and IPv6, as DNS shows them now' }),
    areAddressesKnown: z.boolean().meta({ description: 'false: DNS gave no answer just now' }),
    returnPathHosts: z.array(z.string()),
    dkimDomains: z.array(z.string()),
    dkimSelectors: z.array(z.string()),
    smartHost: z.string().nullable().meta({
      description: 'mail leaves through this relay, whose addresses receivers see; null: straight from us',
    }),
  })
  .meta({ description: 'What receivers may put on their allowlist' })
export type Allowlisted = z.infer<typeof allowlisted>
