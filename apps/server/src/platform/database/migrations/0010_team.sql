-- Signing in, invitations and verifications. Of every token that travels by mail only its SHA-256 is kept.

create table fairlead.invitation (
  workspace_id uuid not null references fairlead.workspace,
  id uuid not null,
  address text not null,
  address_key text not null,
  role text not null check (role in ('admin', 'rep')),
  invited_by uuid not null,
  token_hash text not null,
  created_at timestamptz not null default fairlead.now(),
  sent_at timestamptz not null default fairlead.now(),
  expires_at timestamptz not null,
  accepted_at timestamptz,
  revoked_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, invited_by) references fairlead.member
);
create unique index invitation_token on fairlead.invitation (token_hash);
create unique index invitation_open on fairlead.invitation (workspace_id, address_key)
  where accepted_at is null and revoked_at is null;

-- One link for each identity: a newer one takes the place of the older. The address is the one it was mailed to.
create table fairlead.identity_verification (
  workspace_id uuid not null,
  identity_id uuid not null,
  address_key text not null,
  token_hash text not null,
  sent_at timestamptz not null default fairlead.now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  primary key (workspace_id, identity_id),
  foreign key (workspace_id, identity_id) references fairlead.identity
);
create unique index identity_verification_token on fairlead.identity_verification (token_hash);

do $$
declare
  t text;
begin
  foreach t in array array['invitation', 'identity_verification'] loop
    execute format('alter table fairlead.%I enable row level security', t);
    execute format('alter table fairlead.%I force row level security', t);
    execute format('create policy web on fairlead.%I to fairlead_web using (workspace_id = nullif(current_setting(''fairlead.workspace'', true), '''')::uuid)', t);
    execute format('create policy engine on fairlead.%I to fairlead_engine using (true) with check (true)', t);
  end loop;
end $$;

-- A login belongs to a person, not to a workspace.
create table fairlead.password_reset (
  user_id text primary key,
  token_hash text not null unique,
  sent_at timestamptz not null default fairlead.now(),
  expires_at timestamptz not null
);

-- How often something was tried that must not be tried endlessly; `key` is a hash, so that no address stands here
-- that nobody gave us for keeping.
create table fairlead.attempt_pace (
  key text primary key,
  tries integer not null,
  last_at timestamptz not null default fairlead.now()
);
create index attempt_pace_age on fairlead.attempt_pace (last_at);
revoke all on fairlead.password_reset, fairlead.attempt_pace from fairlead_web;

-- Whose session is this? Asked with every request of a browser.
create index member_user on fairlead.member (user_id);
