import { connect } from '../../platform/database/connect.ts'
import { startTestInbound } from './start-test-inbound.ts'

// The inbound role as a process of its own, so that a test can kill it: DATABASE_URL in, the port as first line out.
const db = connect({ url: process.env.DATABASE_URL ?? '', most: 6 })
const inbound = await startTestInbound(db)
process.stdout.write(`${inbound.listener.port}\n`)
