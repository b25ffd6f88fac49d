import pg from 'pg'
import { codeOf, PlainError } from '../plain-error.ts'

export const roleNames = ['fairlead_owner', 'fairlead_web', 'fairlead_engine'] as const

/** Creates login and database `fairlead` of the built-in server when they are missing. Idempotent. */
export async function bootstrapEmbedded(server: {
  url: string
  superuserUrl: (database: string) => string
}): Promise<void> {
  const client = new pg.Client({ connectionString: server.superuserUrl('postgres') })
  const password = decodeURIComponent(new URL(server.url).password)
  await client.connect()
  try {
    const known = await client.query("select from pg_database where datname = 'fairlead'")
    if (known.rowCount === 1) return
    await client.query(`
      do $$ declare r text; begin
        foreach r in array array['${roleNames.join("','")}'] loop
          if not exists (select from pg_roles where rolname = r) then execute format('create role %I nologin', r); end if;
        end loop;
        if not exists (select from pg_roles where rolname = 'fairlead') then create role fairlead login noinherit; end if;
      end $$;
      alter role fairlead password ${client.escapeLiteral(password)};
      grant ${roleNames.join(', ')} to fairlead;
    `)
    await client.query('create database fairlead owner fairlead_owner')
  } finally {
    await client.end()
  }
}

/**
 * Makes the three roles on a server of the operator's, when the login may (CREATEROLE), and the two schemas.
 * Otherwise the error holds the SQL that somebody with more rights has to run once.
 */
export async function ensureRoles(client: pg.Client): Promise<void> {
  const found = await client.query<{ login: string; database: string; roles: string[]; creates: boolean }>(`
    select current_user::text login, current_database()::text as database,
      coalesce((select array_agg(rolname::text) from pg_roles
        where rolname = any('{${roleNames.join(',')}}') and pg_has_role(current_user, oid, 'member')), '{}') roles,
      has_database_privilege('fairlead_owner', current_database(), 'create') creates
    where exists (select from pg_roles where rolname = 'fairlead_owner')
    union all
    select current_user::text, current_database()::text, '{}', false
    where not exists (select from pg_roles where rolname = 'fairlead_owner')`)
  const state = found.rows[0]
  if (!state || (state.roles.length === roleNames.length && state.creates)) return
  const [login, database] = [client.escapeIdentifier(state.login), client.escapeIdentifier(state.database)]
  const missing = await missingRoles(client)
  const statements = [
    ...missing.map(role => `create role ${role} nologin;`),
    ...roleNames.filter(role => !state.roles.includes(role)).map(role => `grant ${role} to ${login};`),
    ...(state.creates ? [] : [`grant create on database ${database} to fairlead_owner;`]),
  ]
  try {
    await client.query(`begin; ${statements.join(' ')} commit;`)
  } catch (error) {
    await client.query('rollback')
    if (codeOf(error) === '42710') return ensureRoles(client)
    if (codeOf(error) !== '42501') throw error
    throw new PlainError(
      [
        `The login ${state.login} may not make the roles that Fairlead needs in the database ${state.database}. Let somebody with more rights run this once, then start again:`,
        ...statements.map(line => `  ${line}`),
      ].join('\n'),
    )
  }
}

async function missingRoles(client: pg.Client): Promise<string[]> {
  const there = await client.query<{ rolname: string }>(
    `select rolname::text from pg_roles where rolname = any('{${roleNames.join(',')}}')`,
  )
  const names = new Set(there.rows.map(row => row.rolname))
  return roleNames.filter(role => !names.has(role))
}
