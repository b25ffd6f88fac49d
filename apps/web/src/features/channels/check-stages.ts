import type { CheckStageName } from '@fairlead/contract'
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'

/** The steps of a test in their order. */
export const stageTitles: Readonly<Record<CheckStageName, MessageDescriptor>> = {
  find: msg`Find the server`,
  connect: msg`Open a connection`,
  encrypt: msg`Encrypt`,
  hello: msg`Say hello`,
  'sign-in': msg`Sign in`,
  sender: msg`Accept the sender`,
  mailbox: msg`Look into the mailbox`,
  'test-message': msg`Send a test message`,
}
/** Not the contract's own list: that would bring its schemas into the page. */
export const stageOrder = Object.keys(stageTitles) as CheckStageName[]

/** How those who run servers call a step; no words, so not in the catalogue. */
export const stageCommands: Readonly<Record<CheckStageName, string>> = {
  ...{ find: 'DNS', connect: 'TCP', encrypt: 'TLS', hello: 'EHLO', 'sign-in': 'AUTH' },
  ...{ sender: 'MAIL FROM', mailbox: 'IMAP', 'test-message': 'DATA' },
}
