-- Lists with filters, archiving, and the live stream.

-- Kept beside the folder, so that news of an archived email finds the right one in the row that it has locked anyway.
alter table fairlead.delivery add column archived boolean not null default false;

-- Which transaction recorded a fact. What was committed since a snapshot is exactly what it does not show, in whatever
-- order transactions end; ids and times are given before the commit and cannot say that.
alter table fairlead.event add column tx xid8 not null default pg_current_xact_id();
create index event_tx on fairlead.event (tx);

drop function fairlead.search_emails;

-- Text search operators are not leakproof: under a policy they would lose their index. So the engine's role
-- searches, inside the workspace that the caller's transaction is set to, and hands out ids and yes or no alone.
grant create on schema fairlead to fairlead_engine;
set local role fairlead_engine;

-- Emails of a member that hold the words, at most `most` of them, in no order.
create function fairlead.matching_emails(whose uuid, words tsquery, most integer) returns setof uuid
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- execute, so that each search is planned for its own words: rare ones by the index of words, common ones by a walk
  return query execute '
    select e.id from fairlead.email e
    where e.workspace_id = $1 and e.member_id = $2 and e.hidden_at is null and e.search @@ $3 limit $4'
  using nullif(current_setting('fairlead.workspace', true), '')::uuid, whose,
    (quote_literal('member:' || whose))::tsquery && words, most;
end $$;

-- Does this email hold the words?
create function fairlead.email_matches(email uuid, words tsquery) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce((
    select e.search @@ words from fairlead.email e
    where e.workspace_id = nullif(current_setting('fairlead.workspace', true), '')::uuid and e.id = email), false)
$$;
revoke execute on function fairlead.matching_emails, fairlead.email_matches from public;
grant execute on function fairlead.matching_emails, fairlead.email_matches to fairlead_web;
set local role fairlead_owner;
revoke create on schema fairlead from fairlead_engine;
