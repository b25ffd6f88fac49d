import { connect } from '../../platform/database/connect.ts'
import { watchOverImap } from './imap-world.ts'

// A watcher of mailboxes as a process of its own, so that a test can kill it.
const { DATABASE_URL = '', NAME_SERVER = '', AUTHORITY = '' } = process.env
watchOverImap(
  connect({ url: DATABASE_URL, most: 6 }),
  { nameServer: NAME_SERVER, authority: AUTHORITY },
  { everyMs: 3_600_000 },
)
