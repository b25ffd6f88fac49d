/** English: what recipients see of a message, by what decides it. `{name}` stands for a value. */
export const viaSentences = {
  gmail: {
    none: 'Gmail shows no via tag: {by} stands for {domain}.',
    via: 'Gmail adds the via tag because {domain} has not authorised {via} to sign or take bounces for it.',
    unauthenticated:
      'Gmail shows a question mark in place of the picture: nothing proves that the message comes from {domain}.',
    unknown:
      'Whether Gmail adds a via tag depends on how this delivery channel signs. It has not been checked yet.',
  },
  outlook: {
    none: 'Outlook shows neither a via tag nor “on behalf of”: {by} stands for {domain}, and Fairlead writes no Sender field.',
    via: 'Outlook for Microsoft 365 adds a via tag: neither signature nor return path is of {domain}. It shows no “on behalf of”.',
    unauthenticated:
      'Outlook shows a question mark in place of the picture: nothing proves that the message comes from {domain}.',
    unknown:
      'Outlook shows no “on behalf of”. Whether it adds a via tag depends on how this delivery channel signs, which has not been checked yet.',
  },
} as const

/** English: what stands for the From domain. */
export const standsForSentences = {
  signature: 'the signature of {other}',
  returnPath: 'the return path at {other}',
} as const

export const mailedBySentences = {
  known: 'The details in Gmail say mailed-by {domain}: returned mail comes there.',
  'not-authorised':
    'The details in Gmail name no mailed-by: the SPF record of {domain} does not allow this delivery channel.',
  unknown: 'Mailed-by follows the return path that this delivery channel gives. It has not been checked yet.',
} as const

export const signedBySentences = {
  known: 'The details in Gmail say signed-by {domain}.',
  nobody: 'Nobody signs on this delivery channel, so the details in Gmail name no signed-by.',
  unknown: 'Who signs on this delivery channel has not been checked yet.',
} as const

export const dmarcSentences = {
  pass: 'DMARC passes for {domain} by {by}.',
  'no-policy': 'There is no DMARC policy for {domain}, so receivers decide for themselves.',
  'several-policies':
    'There are two DMARC policies for {domain}, which void each other, so receivers decide for themselves.',
  'unusable-policy':
    'The DMARC record of {domain} names no policy that receivers could apply, so they decide for themselves.',
  'fail-none':
    'DMARC fails for {domain}: neither signature nor return path is of it. Its policy asks receivers to do nothing about that.',
  'fail-quarantine':
    'DMARC fails for {domain}, whose policy asks receivers to treat such mail as suspicious: it would land in spam.',
  'fail-reject':
    'DMARC fails for {domain}, whose policy asks receivers to refuse such mail: it would bounce.',
  unknown: 'Whether DMARC passes for {domain} has not been checked yet.',
} as const

/** English: what is special about a delivery channel for this email. Reasons speak for it, trade-offs against it. */
export const adviceSentences = {
  'dmarc-passes': 'Mail from {domain} passes DMARC on it.',
  'no-via': 'Recipients see no via tag.',
  'keeps-address': 'Recipients see {address}, as you chose.',
  'account-match': 'It is the account of {address} itself.',
  'many-recipients': 'It paces {count} recipients by what each of their servers takes.',
  healthy: 'It works now; the chosen one does not.',
  'has-room': 'All of it can leave today; the other one has too little left of its day.',
  accepted: '{accepted} of {count} messages to {provider} were accepted in the last {days} days.',
} as const

export const tradeOffSentences = {
  'swaps-address': 'Recipients see {address} instead of {chosen}.',
  'adds-via': 'Gmail adds “via {via}”.',
  'no-sent-copy': 'No copy lands in your Sent folder.',
  'replies-unseen': 'Fairlead does not see replies.',
  'bounces-unseen': 'A bounce that comes later is not noticed.',
  'fewer-a-day': 'It carries a limited number of messages a day; what is more waits.',
  'left-today': 'It carries {left} more within 24 hours; what is more waits.',
  'not-enough-data':
    'Not enough data on how {provider} takes its mail: {count} messages in the last {days} days, 30 are needed.',
  none: 'Nothing is lost by it.',
} as const

/** English: the end of a warning about DMARC. */
export const passingSentences = {
  some: 'These delivery channels pass: {names}.',
  none: 'No delivery channel of yours is known to pass; an admin can authenticate the domain under Sending domains.',
} as const
