-- Accounts at Google and Microsoft: the client that members connect them with, and consents that are under way.

create table fairlead.oauth_client (
  workspace_id uuid not null references fairlead.workspace,
  provider text not null check (provider in ('google', 'microsoft')),
  client_id text not null,
  -- sealed
  secret text not null,
  tenant text,
  -- whose accounts may be connected; none: any domain
  allowed_domains text[] not null default '{}',
  -- may a member connect more than one account?
  allows_several boolean not null default false,
  changed_at timestamptz not null default fairlead.now(),
  changed_by uuid not null,
  primary key (workspace_id, provider),
  foreign key (workspace_id, changed_by) references fairlead.member
);

-- One consent: begun, answered by the provider, then confirmed, which makes a link of it and removes the row. Of the
-- state only its SHA-256 is kept; verifier and secret are sealed.
create table fairlead.oauth_connection (
  workspace_id uuid not null references fairlead.workspace,
  id uuid not null,
  member_id uuid not null,
  provider text not null check (provider in ('google', 'microsoft')),
  state_hash text not null,
  verifier text not null,
  redirect_uri text not null,
  is_simulated boolean not null,
  created_at timestamptz not null default fairlead.now(),
  expires_at timestamptz not null,
  -- the provider led back here; it does so once
  answered_at timestamptz,
  settings jsonb,
  secret text,
  warnings jsonb not null default '[]',
  primary key (workspace_id, id),
  foreign key (workspace_id, member_id) references fairlead.member
);
create unique index oauth_connection_state on fairlead.oauth_connection (state_hash);
create index oauth_connection_member on fairlead.oauth_connection (workspace_id, member_id);
create index oauth_connection_expiry on fairlead.oauth_connection (expires_at);

do $$
declare
  t text;
begin
  foreach t in array array['oauth_client', 'oauth_connection'] loop
    execute format('alter table fairlead.%I enable row level security', t);
    execute format('alter table fairlead.%I force row level security', t);
    execute format('create policy web on fairlead.%I to fairlead_web using (workspace_id = nullif(current_setting(''fairlead.workspace'', true), '''')::uuid)', t);
    execute format('create policy engine on fairlead.%I to fairlead_engine using (true) with check (true)', t);
  end loop;
end $$;
