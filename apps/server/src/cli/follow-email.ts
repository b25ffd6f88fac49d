import { setTimeout as pause } from 'node:timers/promises'
import type { Email } from '@fairlead/contract'
import { sql } from 'kysely'
import { showProgress } from '../http/show-progress.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { EmailId, WorkspaceId } from '../platform/ids.ts'
import { say, texts } from './texts.ts'

const lookEveryMs = 300
const moving: ReadonlySet<string> = new Set(['queued', 'claimed', 'sending'])

/**
 * Tells each change of an email's deliveries until all have an end; false when the time is over before. A bounce that
 * comes later is not waited for.
 */
export async function followEmail(
  db: Db,
  which: { workspaceId: WorkspaceId; emailId: EmailId },
  options: { waitSeconds: number; tell: (line: string) => void },
): Promise<boolean> {
  const told = new Map<string, string>()
  const until = performance.now() + options.waitSeconds * 1_000
  if (!(await isWorkerRunning(db))) options.tell(texts.send.noWorker)
  for (;;) {
    const email = await showProgress(db, { ...which, memberId: null })
    for (const line of newsOf(email, told)) options.tell(line)
    if (isOver(email)) return true
    if (performance.now() > until) return false
    await pause(lookEveryMs)
  }
}

function isOver(email: Email): boolean {
  return email.state !== 'scheduled' && email.deliveries.every(delivery => !moving.has(delivery.state))
}

/** One line for each delivery that stands elsewhere than when it was told last. */
function newsOf(email: Email, told: Map<string, string>): string[] {
  return email.deliveries.flatMap(delivery => {
    const line = say('{address}: {sentence}', { address: delivery.address, sentence: delivery.sentence })
    const isShort = delivery.state === 'claimed' || delivery.state === 'sending'
    if (isShort || told.get(delivery.id) === line) return []
    told.set(delivery.id, line)
    return [line]
  })
}

async function isWorkerRunning(db: Db): Promise<boolean> {
  const found = await asEngine(db, tx =>
    sql`select from fairlead.worker_lease where expires_at > fairlead.now() limit 1`.execute(tx),
  )
  return found.rows.length > 0
}
