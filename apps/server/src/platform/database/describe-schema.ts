import { sql } from 'kysely'
import type { Db } from './connect.ts'

/**
 * The schema `fairlead` as text, one line for each thing, in an order that does not depend on how it came about; the
 * built-in server ships no pg_dump. For people who read and tests that compare (schema.txt beside this file); not to
 * be run. Partitions of months are left out: they differ from day to day.
 */
export async function describeSchema(db: Db): Promise<string> {
  const found = await sql<{ line: string }>`
    with relation as (
      select c.oid, c.relname::text as name, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.relacl
      from pg_class c
      where c.relnamespace = 'fairlead'::regnamespace and c.relname !~ '^event_[0-9]{6}'
    ), line(part, name, at, line) as (
      select 1, r.name, 0, format('table %s%s', r.name, case when r.relforcerowsecurity then ' (row security, forced)'
          when r.relrowsecurity then ' (row security)' else '' end)
      from relation r where r.relkind in ('r', 'p')
      union all
      select 1, r.name, a.attnum, format('  %s %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
        case when a.attnotnull then ' not null' else '' end, coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), ''))
      from relation r join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
      left join pg_attrdef d on d.adrelid = r.oid and d.adnum = a.attnum
      where r.relkind in ('r', 'p')
      union all
      select 1, r.name, 2000, format('  %s', pg_get_constraintdef(k.oid))
      from relation r join pg_constraint k on k.conrelid = r.oid where k.contype in ('p', 'u', 'f', 'c', 'x')
      union all
      select 1, r.name, 3000, format('  index %s', regexp_replace(pg_get_indexdef(i.indexrelid), '^CREATE ', ''))
      from relation r join pg_index i on i.indrelid = r.oid
      where not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
      union all
      select 1, r.name, 4000, format('  policy %s for %s to %s using (%s)%s', p.policyname, p.cmd,
        array_to_string(p.roles, ', '), p.qual, coalesce(' check (' || p.with_check || ')', ''))
      from relation r join pg_policies p on p.schemaname = 'fairlead' and p.tablename = r.name
      union all
      select 1, r.name, 5000, format('  grant %s to %s', string_agg(lower(a.privilege_type), ', ' order by a.privilege_type),
        a.grantee::regrole)
      from relation r cross join lateral aclexplode(r.relacl) a
      where r.relkind in ('r', 'p') and a.grantee <> (select oid from pg_roles where rolname = 'fairlead_owner')
        and a.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE')
      group by r.name, a.grantee
      union all
      select 2, f.proname::text, 0, format('function %s(%s) returns %s%s body %s', f.proname,
        pg_get_function_identity_arguments(f.oid), pg_get_function_result(f.oid),
        case when f.prosecdef then ' as its owner ' || pg_get_userbyid(f.proowner) else '' end, md5(f.prosrc))
      from pg_proc f where f.pronamespace = 'fairlead'::regnamespace
    )
    select line from line order by part, name, at, line collate "C"`.execute(db)
  return `${found.rows.map(row => row.line).join('\n')}\n`
}
