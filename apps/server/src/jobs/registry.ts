import type { Job } from './job.ts'
import { makeEventPartitions } from './make-event-partitions.ts'
import { removeOldIdempotencyKeys } from './remove-old-idempotency-keys.ts'
import { removeOldTokens } from './remove-old-tokens.ts'
import { removeUnusedBlobsJob } from './remove-unused-blobs.ts'

/** Every job. A new one: its file and its line here. */
export const jobs: readonly Job[] = [
  makeEventPartitions,
  removeUnusedBlobsJob,
  removeOldIdempotencyKeys,
  removeOldTokens,
]
