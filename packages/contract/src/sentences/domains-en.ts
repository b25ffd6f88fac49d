/** English: what happened to a sending domain; `{domain}` stands for its name. */
export const domainNewsSentences = {
  'signing-on': 'Mail is signed as {domain} now.',
  'signing-grace': 'The record of the signature of {domain} is gone. Mail leaves as before, for a while.',
  'signing-mended': 'The record of the signature of {domain} is back.',
  'signing-off': 'Mail from {domain} is not signed as {domain} any more.',
  'envelope-on': 'Returned mail comes back under {domain} now.',
  'envelope-grace':
    'Records of the return path of {domain} are gone. Returned mail comes to Fairlead’s own host meanwhile.',
  'envelope-mended': 'The records of the return path of {domain} are back.',
  'envelope-off': 'Returned mail does not come back under {domain} any more.',
  'keys-switched': 'The next keys of {domain} sign now.',
} as const
export type DomainNewsKind = keyof typeof domainNewsSentences
export const domainNewsKinds = Object.keys(domainNewsSentences) as [DomainNewsKind, ...DomainNewsKind[]]
