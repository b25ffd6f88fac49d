import { connect } from '../../platform/database/connect.ts'
import { startTestOutbox } from '../../testing/start-test-outbox.ts'
import { draftDeskChannel } from './draft-desk.ts'

// A worker as a process of its own, so that a test can kill it or run two: DATABASE_URL and DESK_PORT in, a line out when it runs.
const db = connect({ url: process.env.DATABASE_URL ?? '', most: 6 })
const channel = draftDeskChannel(Number(process.env.DESK_PORT))
const outbox = await startTestOutbox(db, channel, { times: { beatMs: 300, lapseMs: 1_500 } })
process.stdout.write('running\n')
process.on('SIGTERM', () => {
  void outbox
    .stop(1_000)
    .then(() => db.destroy())
    .then(() => process.exit(0))
})
