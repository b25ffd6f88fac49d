/** English: what is worth knowing about a client or an account that is being connected. */
export const oauthWarnings = {
  'testing-mode':
    'Google ends this grant after 7 days: the client is in Testing mode. Publish it in the Google Cloud console, under Audience.',
  'missing-scope': 'Without {scope} {effect}',
  'free-address': 'The account {address} is a free mailbox: it may send 500 messages a day.',
} as const

/** English: what may happen to clients of a provider. */
export const oauthClientWarnings = {
  google: {
    code: 'testing-mode',
    sentence:
      'While the client is in Testing mode, Google ends every grant after 7 days, and each account has to be connected again. Publish it under Audience.',
  },
} as const

/** English: the account whose place another takes. */
export const replacesSentence =
  'The account takes the place of {name}. Mail of {waiting} recipients waits for that one: it can be moved to the new account, or stay.'
