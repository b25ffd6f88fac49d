import { parentPort } from 'node:worker_threads'
import { parseNotice } from './parse-notice.ts'

// Answers in the order of the questions, one at a time (notice-parser.ts).
parentPort?.on('message', (bytes: Uint8Array) => parentPort?.postMessage(parseNotice(bytes)))
