import type { DomainRecord } from '@fairlead/contract'

/** English: what each record is for. */
export const recordTexts: Readonly<Record<DomainRecord['purpose'], { title: string; meaning: string }>> = {
  'dkim-1': {
    title: 'Signature (DKIM)',
    meaning: 'Mail is signed as your domain. Takes the via tag away.',
  },
  'dkim-2': {
    title: 'Second signature (DKIM, Ed25519)',
    meaning: 'A shorter, newer key beside the first; receivers take the one they know.',
  },
  'dkim-next-1': {
    title: 'Next signature (DKIM)',
    meaning: 'Signs as soon as both of the next records are found. Leave the present ones in place.',
  },
  'dkim-next-2': {
    title: 'Next second signature (DKIM, Ed25519)',
    meaning: 'Signs as soon as both of the next records are found. Leave the present ones in place.',
  },
  'return-path-mx': {
    title: 'Bounces (return path)',
    meaning: 'Returned mail comes home to Fairlead, under your domain.',
  },
  'return-path-spf': {
    title: 'Sender list of the return path (SPF)',
    meaning: 'Our servers may send for this host. The SPF record of your domain stays as it is.',
  },
  'dmarc-advice': {
    title: 'Policy (DMARC)',
    meaning: 'Advice: tells receivers to report who sends as your domain. “none” is fine to start with.',
  },
  'tls-report-advice': {
    title: 'Reports about encryption (TLS-RPT)',
    meaning:
      'Advice: other servers then report mail to your domain that they could not encrypt, or that MTA-STS or DANE held up. Any address of yours will do.',
  },
  'report-authorisation': {
    title: 'Reports may come here (DMARC)',
    meaning:
      'Receivers send reports about your domain to us only where this record agrees. Whoever runs this installation publishes it.',
  },
}

/** English: what the two switches of a domain say. */
export const switchTexts = {
  signing: {
    on: 'Mail is signed as {domain}.',
    off: 'Mail is signed by {platform}. It is signed as {domain} as soon as the record of the first signature is found.',
    grace:
      'The record of the signature is gone. Mail is signed as {domain} and by {platform} until {until}, then by {platform} alone.',
  },
  envelope: {
    on: 'Returned mail comes to {host}.',
    off: 'Returned mail comes to {platform}. It comes to {host} as soon as both of its records are found.',
    grace:
      'Records of {host} are gone. Returned mail comes to {platform} meanwhile; if they are back before {until}, it goes on by itself.',
  },
  rotation: {
    none: 'No change of keys is open.',
    waiting: 'The next keys wait for their records. The present ones sign until then.',
    switched:
      'The new keys sign. Delete the old records after {until}: mail under way is still checked against them.',
  },
} as const

/** English: what the reports of the last 30 days mean. */
export const dmarcTexts = {
  noReports: 'No reports have come in the last 30 days, so nobody can tell yet.',
  nothingRefused:
    'All {messages} reported messages of the last 30 days passed: p=reject would have refused none of them.',
  othersRefused:
    'p=reject would have refused {refused} of {messages} messages of the last 30 days, none of them sent with Fairlead. Look at who sends them before you change the policy.',
  oursRefused:
    'p=reject would have refused {refused} of {messages} messages of the last 30 days, {ours} of them sent with Fairlead. Mend these first.',
  channelPasses: 'All {messages} reported messages passed.',
  channelFails: '{failed} of {messages} reported messages failed.',
} as const
