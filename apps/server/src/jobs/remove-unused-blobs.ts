import { removeUnusedBlobs } from '../blobs/remove-unused-blobs.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Job } from './job.ts'

const most = 200

/** Bytes that no attachment and no notice has named for seven days. */
export const removeUnusedBlobsJob: Job = {
  name: 'remove-unused-blobs',
  cron: '43 2 * * *',
  async run({ db }, signal) {
    let [removed, last] = [0, most]
    while (last === most && !signal.aborted) {
      last = await asEngine(db, tx => removeUnusedBlobs(tx, most))
      removed += last
    }
    return { removed }
  },
}
