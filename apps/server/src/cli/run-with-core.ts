import { type Core, openCore } from '../main/open-core.ts'
import { openDatabase } from '../main/open-database.ts'
import { createLog } from '../platform/log.ts'
import { runCommand } from './run-command.ts'

/** A command's work on the database: joins the one that runs, or starts it for as long as the work takes. */
export function runWithCore(work: (core: Core) => Promise<void>): Promise<void> {
  return runCommand(async config => {
    const log = createLog({
      level: config.logLevel === 'debug' ? 'debug' : 'error',
      to: { write: line => process.stderr.write(line) },
    })
    const database = await openDatabase(config, log)
    try {
      const core = await openCore({ config, log, database, for: 'command' })
      try {
        await work(core)
      } finally {
        // It looks at its tables in the background: a connection opened after the end would keep the process for its time-out.
        await core.auth.$context
        await core.close()
      }
    } finally {
      await database.close()
    }
  })
}
