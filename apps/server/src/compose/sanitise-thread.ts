import { parentPort } from 'node:worker_threads'
import { sanitiseHtml } from './sanitise-html.ts'

/** The thread of sanitise-off-thread.ts: a text in, a clean text out. */
parentPort?.on('message', (html: string) => parentPort?.postMessage(sanitiseHtml(html)))
