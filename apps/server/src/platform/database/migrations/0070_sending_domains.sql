-- Sending domains: what customers' own DNS says, and what it switches.

create table fairlead.sending_domain (
  workspace_id uuid not null references fairlead.workspace,
  id uuid not null,
  domain text not null,
  -- Part of selectors and of the return-path host. Nobody publishes these names by chance, and no other workspace has
  -- them, so that finding them in DNS proves that whoever runs the domain means this workspace.
  tag text not null unique,
  return_path_host text not null unique,
  report_token text not null unique,
  signing_state text not null default 'off' check (signing_state in ('off', 'on', 'grace')),
  signing_at timestamptz not null default fairlead.now(),
  signing_until timestamptz,
  envelope_state text not null default 'off' check (envelope_state in ('off', 'on', 'grace')),
  envelope_at timestamptz not null default fairlead.now(),
  envelope_until timestamptz,
  -- What was found: DomainFindings of domains/domain-row.ts
  findings jsonb not null default '{}',
  checked_at timestamptz,
  check_due_at timestamptz not null default fairlead.now(),
  created_at timestamptz not null default fairlead.now(),
  -- Mail on its way still comes home to the return-path host of a removed domain.
  removed_at timestamptz,
  primary key (workspace_id, id)
);
create unique index sending_domain_domain on fairlead.sending_domain (workspace_id, domain) where removed_at is null;
create index sending_domain_due on fairlead.sending_domain (check_due_at) where removed_at is null;

-- next: made, waits for its record; signing; old: signs no more, its record is still asked for by mail under way.
alter table fairlead.dkim_key
  add column domain_id uuid,
  add column state text not null default 'signing' check (state in ('next', 'signing', 'old')),
  add column state_at timestamptz not null default fairlead.now(),
  -- its record was seen at the last look
  add column is_live boolean not null default false,
  add foreign key (workspace_id, domain_id) references fairlead.sending_domain on delete cascade;
create index dkim_key_domain on fairlead.dkim_key (domain_id) where domain_id is not null;

-- What changed at a domain, for those who watch and for the mail to the admins (told_at null: not sent yet).
create table fairlead.domain_event (
  workspace_id uuid not null,
  id uuid not null,
  domain_id uuid not null,
  kind text not null,
  data jsonb not null default '{}',
  occurred_at timestamptz not null default fairlead.now(),
  told_at timestamptz,
  tx xid8 not null default pg_current_xact_id(),
  primary key (workspace_id, id),
  foreign key (workspace_id, domain_id) references fairlead.sending_domain on delete cascade
);
create index domain_event_untold on fairlead.domain_event (occurred_at) where told_at is null;
create index domain_event_tx on fairlead.domain_event (tx);

do $$
declare
  t text;
begin
  foreach t in array array['sending_domain', 'domain_event'] loop
    execute format('alter table fairlead.%I enable row level security', t);
    execute format('alter table fairlead.%I force row level security', t);
    execute format('create policy web on fairlead.%I to fairlead_web using (workspace_id = nullif(current_setting(''fairlead.workspace'', true), '''')::uuid)', t);
    execute format('create policy engine on fairlead.%I to fairlead_engine using (true) with check (true)', t);
  end loop;
end $$;

-- The public side of a domain's keys: web may not read fairlead.dkim_key, where the sealed private ones are.
grant create on schema fairlead to fairlead_engine;
set local role fairlead_engine;
create function fairlead.domain_keys(of_workspace uuid, of_domain uuid) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object('selector', k.selector, 'algorithm', k.algorithm, 'publicKey', k.public_key,
    'state', k.state, 'stateAt', k.state_at, 'isLive', k.is_live) order by k.created_at, k.algorithm desc), '[]')
  from fairlead.dkim_key k where k.domain_id = of_domain and k.workspace_id = of_workspace
    -- the engine's transactions are set to no workspace
    and coalesce(nullif(current_setting('fairlead.workspace', true), '')::uuid, of_workspace) = of_workspace
$$;
revoke execute on function fairlead.domain_keys from public;
grant execute on function fairlead.domain_keys to fairlead_web, fairlead_engine;
set local role fairlead_owner;
revoke create on schema fairlead from fairlead_engine;

-- Which identities are of a domain?
create index identity_domain on fairlead.identity (workspace_id, split_part(address_key, '@', -1)) where deleted_at is null;
