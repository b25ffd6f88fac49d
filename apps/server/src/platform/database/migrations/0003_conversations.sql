-- What Conversations reads beside the folders: all emails of a member, and search.

create index email_newest on fairlead.email (workspace_id, member_id, created_at desc, id desc) where hidden_at is null;
create index email_search on fairlead.email using gin (search);

-- What an email is found by. The owner stands in the vector as a word of its own, so that one index serves all
-- workspaces and reads only this member's part of it. Signs inside addresses part the words.
create function fairlead.search_vector(owner uuid, words text) returns tsvector
language sql immutable parallel safe as $$
  select array_to_tsvector(array['member:' || owner]) || to_tsvector('simple', translate(words, '@._-/+:''', '        '))
$$;

-- Text search operators are not leakproof: under a policy they would lose their index. So the engine's role
-- searches, inside the workspace that the caller's transaction is set to, and hands out ids and times alone.
grant create on schema fairlead to fairlead_engine;
set local role fairlead_engine;
create function fairlead.search_emails(
  whose uuid, words tsquery, in_folder text, in_states text[], before_at timestamptz, before_id uuid, most integer
) returns table (id uuid, at timestamptz) language plpgsql stable security definer
set search_path = pg_catalog, pg_temp as $$
begin
  -- execute, so that each search is planned for its own words: rare ones by the index of words, common ones by age
  return query execute '
    select e.id, e.created_at from fairlead.email e
    where e.workspace_id = $1 and e.member_id = $2 and e.hidden_at is null and e.search @@ $3
      and (e.created_at, e.id) < ($6, $7)
      and ($5 is null or e.state = any($5))
      and ($4 is null or exists (
        select from fairlead.delivery d
        where d.workspace_id = e.workspace_id and d.email_id = e.id and d.folder = $4 and not d.hidden))
    order by e.created_at desc, e.id desc limit $8'
  using nullif(current_setting('fairlead.workspace', true), '')::uuid, whose,
    (quote_literal('member:' || whose))::tsquery && words, in_folder, in_states, before_at, before_id, most;
end $$;
revoke execute on function fairlead.search_emails from public;
grant execute on function fairlead.search_emails to fairlead_web;
set local role fairlead_owner;
revoke create on schema fairlead from fairlead_engine;
