import type { SmtpConnection } from './connection.ts'

export interface PoolOptions {
  /** How long an unused connection stays open; default 60,000 (most servers wait 300 s, RFC 5321 §4.5.3.2.7). */
  readonly idleMs?: number
  /** Mails over one connection; default 100, which most large receivers allow. */
  readonly mostUses?: number
  /** Unused connections over all lanes; the oldest goes first. Default 500. */
  readonly mostIdle?: number
}

export interface ConnectionPool {
  /** An open connection of this lane that `fits`, now the caller's; undefined where there is none. */
  take(lane: string, fits: (connection: SmtpConnection) => boolean): SmtpConnection | undefined
  /** Gives a connection back; one that is worn out, broken or too many is ended. */
  give(lane: string, connection: SmtpConnection): void
  /** Ends all; what is given back later is ended too. */
  close(): void
}

/** Connections between mails, by lane. How many a lane may have open is the caller's affair. */
export function createConnectionPool(options: PoolOptions = {}): ConnectionPool {
  const { idleMs = 60_000, mostUses = 100, mostIdle = 500 } = options
  const idle = new Map<SmtpConnection, { readonly lane: string; readonly timer: NodeJS.Timeout }>()
  const byLane = new Map<string, Set<SmtpConnection>>()
  let isClosed = false

  function remove(connection: SmtpConnection): void {
    const entry = idle.get(connection)
    if (!entry) return
    clearTimeout(entry.timer)
    connection.onGone = null
    idle.delete(connection)
    const lane = byLane.get(entry.lane)
    lane?.delete(connection)
    if (lane?.size === 0) byLane.delete(entry.lane)
  }

  function end(connection: SmtpConnection): void {
    remove(connection)
    connection.quit()
  }

  return {
    take(lane, fits) {
      // The newest first: the others may then grow old and go.
      for (const connection of [...(byLane.get(lane) ?? [])].reverse()) {
        if (!connection.isUsable) end(connection)
        else if (fits(connection)) {
          remove(connection)
          return connection
        }
      }
      return undefined
    },
    give(lane, connection) {
      if (isClosed || !connection.isUsable || connection.uses >= mostUses) return connection.quit()
      const timer = setTimeout(() => end(connection), idleMs)
      timer.unref()
      idle.set(connection, { lane, timer })
      const open = byLane.get(lane)
      if (open) open.add(connection)
      else byLane.set(lane, new Set([connection]))
      connection.onGone = () => end(connection)
      const oldest = idle.keys().next().value
      if (idle.size > mostIdle && oldest) end(oldest)
    },
    close() {
      isClosed = true
      for (const connection of [...idle.keys()]) end(connection)
    },
  }
}
