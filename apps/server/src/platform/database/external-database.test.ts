import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { has, pathOf } from '../../testing/needs.ts'
import { asEngine, asWeb } from './as-role.ts'
import { connect } from './connect.ts'
import { migrate } from './migrate.ts'
import { chooseUser, type RunAs } from './unprivileged-user.ts'

/** A server of the operator's: Debian's PostgreSQL 15, and PgBouncer in front of it. */
describe.runIf(has('postgresql-15', 'pgbouncer'))('an external PostgreSQL 15', () => {
  let folder: string
  let user: RunAs
  let port: number
  const children: ReturnType<typeof spawn>[] = []
  const superuser = () => `postgresql://postgres@127.0.0.1:${port}/postgres`

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fairlead-external-'))
    user = chooseUser(join(folder, 'none'))
    if (user) chownSync(folder, user.uid, user.gid)
    chmodSync(folder, 0o700)
    port = await freePort()
    const bin = dirname(pathOf('postgresql-15'))
    const cluster = join(folder, 'cluster')
    execFileSync(
      join(bin, 'initdb'),
      ['-D', cluster, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
      { ...user, cwd: '/', stdio: 'ignore' },
    )
    const args = ['-D', cluster, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1']
    run(join(bin, 'postgres'), [...args, '-c', 'fsync=off'])
    await answering(superuser())
    await query(superuser(), 'create role owner login createrole')
    await query(superuser(), 'create role plain login')
    for (const name of ['owner', 'plain']) await query(superuser(), `create database ${name} owner ${name}`)
  })
  afterAll(async () => {
    for (const child of children.reverse()) {
      child.kill('SIGINT')
      if (child.exitCode === null) await once(child, 'exit')
    }
    rmSync(folder, { recursive: true, force: true })
  })

  function run(program: string, args: readonly string[]): void {
    children.push(spawn(program, args, { ...user, cwd: '/', stdio: 'ignore' }))
  }

  test('a login without rights gets the statements that somebody else must run, and then starts', async () => {
    const url = `postgresql://plain@127.0.0.1:${port}/plain`
    const refusal = await migrate(url).then(
      () => '',
      (error: Error) => error.message,
    )
    expect(refusal).toContain('create role fairlead_owner nologin;')
    const statements = refusal.split('\n').slice(1).join('\n')
    await query(superuser().replace(/postgres$/, 'plain'), statements)
    expect(await migrate(url)).toContain('0001_spine.sql')
  })

  test('a login that may create roles does it all itself, beside another installation', async () => {
    await query(superuser(), 'revoke fairlead_owner, fairlead_web, fairlead_engine from plain')
    expect(await migrate(`postgresql://owner@127.0.0.1:${port}/owner`)).toContain('0001_spine.sql')
  })

  test('roles and workspaces hold behind PgBouncer in transaction mode', async () => {
    const pooled = await freePort()
    const settings = join(folder, 'pgbouncer.ini')
    writeFileSync(
      settings,
      `[databases]
* = host=127.0.0.1 port=${port} user=owner
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${pooled}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 2
`,
    )
    if (user) chownSync(settings, user.uid, user.gid)
    run(pathOf('pgbouncer'), [settings])
    const url = `postgresql://owner@127.0.0.1:${pooled}/owner`
    await answering(url)
    const db = connect({ url, most: 8 })
    const ids = Array.from({ length: 8 }, (_, n) => `0190d9a0-0000-7000-8000-00000000000${n}`)
    try {
      for (const id of ids) {
        await asEngine(db, tx =>
          sql`insert into fairlead.workspace (id, name) values (${id}, ${id})`.execute(tx),
        )
      }
      const seen = await Promise.all(
        [...ids, ...ids].map(id =>
          asWeb(db, id, tx => sql<{ name: string }>`select name from fairlead.workspace`.execute(tx)),
        ),
      )
      expect(seen.map(found => found.rows)).toEqual([...ids, ...ids].map(name => [{ name }]))
      const role = await sql<{ role: string }>`select current_user::text as role`.execute(db)
      expect(role.rows).toEqual([{ role: 'owner' }])
    } finally {
      await db.destroy()
    }
  })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address ? address.port : 0
}

async function query(connectionString: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}

async function answering(url: string): Promise<void> {
  const isUp = () => query(url, 'select 1').then(() => true, String)
  await vi.waitUntil(async () => (await isUp()) === true, { timeout: 20_000, interval: 50 })
}
