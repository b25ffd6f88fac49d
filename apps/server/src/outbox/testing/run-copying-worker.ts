import { type SmtpLinkSettings, smtpLinkSettings } from '@fairlead/contract'
import { smtpChannel, smtpLink } from '../../channels/smtp/testing/smtp-link.ts'
import { connect } from '../../platform/database/connect.ts'
import { openTestMessage, startTestOutbox } from '../../testing/start-test-outbox.ts'
import { startSentCopies } from '../start-sent-copies.ts'

// A worker as a process of its own, so that a test can kill it: it sends over a real server and files the copies.
const { DATABASE_URL = '', NAME_SERVER = '', AUTHORITY = '', LINK = '' } = process.env
const settings: SmtpLinkSettings = smtpLinkSettings.parse(JSON.parse(LINK))
const db = connect({ url: DATABASE_URL, most: 6 })
const channel = smtpChannel({ dnsServer: NAME_SERVER, authority: AUTHORITY })
const openLink = () => smtpLink(settings)
await startTestOutbox(db, channel, { openLink, times: { beatMs: 300, lapseMs: 1_500 } })
startSentCopies({
  // The test outbox knows its one channel under the kind of the seeded link.
  ...{ db, channels: new Map([['managed', channel] as const]), pollMs: 100, openLink },
  openMessage: openTestMessage,
  log: { warn: (facts, message) => console.warn(message, facts) },
})
