import { problem } from './problem-entry.ts'

/** What can go wrong with adding and changing a sending domain. */
export const domainProblems = {
  'domain.invalid': problem(
    422,
    'This is no domain',
    '"{domain}" is not a domain of your own, such as example.com. Type the part behind the @ of your address.',
  ),
  'domain.free-mail': problem(
    422,
    'This domain belongs to a mail provider',
    'The domain {domain} belongs to a mail provider: nobody but them can publish records in it. Add a domain of your own.',
  ),
  'domain.ours': problem(
    422,
    'This domain is Fairlead’s own',
    'The domain {domain} is the host of these mail servers, or lies below it. Its records are the operator’s: npx fairlead doctor lists them.',
  ),
  'domain.exists': problem(
    409,
    'This domain was added already',
    'The workspace has {domain} already. Open it in the list of sending domains.',
  ),
  'domain.too-many': problem(
    409,
    'There are too many sending domains',
    'A workspace has at most {limit} sending domains. Remove one that is not used.',
  ),
  'domain.rotation-open': problem(
    409,
    'A change of keys is open already',
    'The next keys of {domain} exist and wait for their records. Publish these first.',
  ),
  'domain.not-signing': problem(
    409,
    'The domain does not sign yet',
    'The first keys of {domain} are not in use yet. Publish their records first.',
  ),
} as const

export const recordProblemCodes = [
  'none',
  'differs',
  'not-everywhere',
  'unanswered',
  'several-spf',
  'spf-lookups',
  'spf-void',
  'several-dmarc',
  'several-tls-report',
  'several-keys',
  'other-mx',
  'cname-beside',
  'cname-loop',
  'wrong-quoting',
  'key-truncated',
  'key-revoked',
  'domain-twice',
  'wildcard',
  'too-large',
] as const
export type RecordProblemCode = (typeof recordProblemCodes)[number]

/** What can be wrong with a record in DNS, and what to do about it. `{name}` stands for a value of `params`. */
export const recordProblems: Readonly<
  Record<RecordProblemCode, { readonly sentence: string; readonly fix: string }>
> = {
  none: {
    sentence: 'There is no {type} record at {name} yet.',
    fix: 'Add it as shown. New records usually show up within 10 minutes, at most 48 hours.',
  },
  differs: {
    sentence: 'The {type} record at {name} says something else.',
    fix: 'Replace its value with the one shown.',
  },
  'not-everywhere': {
    sentence: 'Of the {servers} name servers of the domain {missing} do not have the record yet.',
    fix: 'Wait some minutes. If it stays like this, ask your DNS provider: their servers disagree.',
  },
  unanswered: {
    sentence: 'The name servers of the domain did not answer just now ({cause}).',
    fix: 'Nothing is to be done yet: Fairlead asks again. If it stays like this, ask your DNS provider.',
  },
  'several-spf': {
    sentence: 'There are {count} SPF records at {name}. Receivers then count none of them (RFC 7208 §4.5).',
    fix: 'Keep the one shown and delete the others.',
  },
  'spf-lookups': {
    sentence: 'The SPF record at {name} needs {count} look-ups; receivers stop at 10 (RFC 7208 §4.6.4).',
    fix: 'Replace it with the one shown: this host sends nothing but the mail of Fairlead.',
  },
  'spf-void': {
    sentence:
      'The SPF record at {name} asks {count} times for names that do not exist; receivers stop at 2 (RFC 7208 §4.6.4).',
    fix: 'Replace it with the one shown.',
  },
  'several-dmarc': {
    sentence:
      'There are {count} DMARC records at {name}. Receivers then count none of them (RFC 7489 §6.6.3).',
    fix: 'Keep one of them and delete the others.',
  },
  'several-tls-report': {
    sentence:
      'There are {count} TLS report records at {name}. Senders then count none of them (RFC 8460 §3).',
    fix: 'Keep one of them and delete the others.',
  },
  'several-keys': {
    sentence:
      'There are {count} records at {name}. Which of them a receiver takes is chance (RFC 6376 §3.6.2.2).',
    fix: 'Keep the one shown and delete the others.',
  },
  'other-mx': {
    sentence:
      'Beside ours there are other MX records at {name}: returned mail may go to {others} and be lost.',
    fix: 'Delete the other MX records at {name}.',
  },
  'cname-beside': {
    sentence:
      'At {name} stands a CNAME to {target}. Beside a CNAME no other record counts (RFC 1034 §3.6.2).',
    fix: 'Delete the CNAME and add the record shown.',
  },
  'cname-loop': {
    sentence: 'The CNAME at {name} leads round in a circle, or further than receivers follow.',
    fix: 'Delete the CNAME and add the record shown.',
  },
  'wrong-quoting': {
    sentence:
      'The value at {name} holds quotation marks or backslashes that belong to the panel, not to the value.',
    fix: 'Enter the value again without quotation marks and without backslashes.',
  },
  'key-truncated': {
    sentence: 'The key at {name} is cut off: {found} of {wanted} characters are there.',
    fix: 'Enter the whole value. Where the panel limits a field to 255 characters, split it into two strings of one record.',
  },
  'key-revoked': {
    sentence: 'The record at {name} has an empty key, which means that it is revoked (RFC 6376 §3.6.1).',
    fix: 'Replace its value with the one shown.',
  },
  'domain-twice': {
    sentence: 'The record stands at {twice}: the panel added the domain a second time.',
    fix: 'Enter the name without the domain: {host}.',
  },
  wildcard: {
    sentence: 'A wildcard record answers for every name below {parent}, so the record itself is not there.',
    fix: 'Add the record shown at its own name. It then takes precedence over the wildcard.',
  },
  'too-large': {
    sentence: 'The answer for {name} is too large to be read.',
    fix: 'Delete the TXT records at {name} that are not shown here.',
  },
}
