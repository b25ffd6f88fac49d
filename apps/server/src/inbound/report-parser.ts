import { Worker } from 'node:worker_threads'
import type { AggregateReport } from '../domains/read-aggregate-report.ts'

const patienceMs = 20_000
const mostMegabytes = 256

/**
 * Parses one report in a thread of its own, which is cut off when it takes too long or too much memory: reports are
 * rare, strangers write them, and an archive may hold a thousand times its size. Rejects with what was wrong.
 */
export async function parseReportOffThread(raw: Uint8Array): Promise<AggregateReport> {
  const { promise, resolve, reject } = Promise.withResolvers<AggregateReport>()
  const worker = new Worker(new URL('./parse-report-worker.ts', import.meta.url), {
    workerData: raw,
    resourceLimits: { maxOldGenerationSizeMb: mostMegabytes },
  })
  worker.unref()
  const timer = setTimeout(() => reject(new Error('The report took too long to read')), patienceMs)
  worker.once('message', resolve)
  worker.once('error', reject)
  worker.once('exit', () => reject(new Error('The thread that read the report ended')))
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    worker.removeAllListeners()
    worker.on('error', () => undefined)
    await worker.terminate()
  }
}
