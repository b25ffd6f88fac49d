import pg from 'pg'

/**
 * A schema that belongs to fairlead_owner and in which this login may make its own tables: for libraries that
 * bring their own (pg-boss). Idempotent; several processes may start at once. Needs a direct connection.
 */
export async function makeLoginSchema(directUrl: string, schema: string): Promise<void> {
  const client = new pg.Client({ connectionString: directUrl, application_name: 'fairlead migrations' })
  client.on('error', () => undefined)
  await client.connect()
  const name = client.escapeIdentifier(schema)
  try {
    await client.query(`
      begin;
      select pg_advisory_xact_lock(hashtext(${client.escapeLiteral(`schema ${schema}`)}));
      set local role fairlead_owner;
      create schema if not exists ${name};
      do $$ begin execute format('grant usage, create on schema ${name} to %I', session_user); end $$;
      commit`)
  } finally {
    await client.end()
  }
}
