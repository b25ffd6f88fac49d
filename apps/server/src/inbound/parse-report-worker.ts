import { parentPort, workerData } from 'node:worker_threads'
import { parseReport } from './parse-report.ts'

// One report for each thread (report-parser.ts).
parentPort?.postMessage(await parseReport(workerData as Uint8Array))
