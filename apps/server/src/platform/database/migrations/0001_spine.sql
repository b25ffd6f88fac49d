-- The tables of the spine. Every key starts with workspace_id; ids are UUIDv7 made by the app. Indexes that look a
-- parent's rows up start with the parent's id: beside a key that starts with workspace_id a second index of the same
-- beginning looks as cheap to the planner while a table has no statistics yet, and it then reads the whole workspace.
-- Time is the database's: fairlead.now() everywhere, never a process clock.

create table fairlead.clock (
  only_row boolean primary key default true check (only_row),
  offset_ms bigint not null default 0
);
insert into fairlead.clock default values;

-- Stable, so that an index can serve `due_at <= fairlead.now()`; tests move it through the offset row.
create function fairlead.now() returns timestamptz language sql stable parallel safe as
$$ select clock_timestamp() + (select offset_ms from fairlead.clock) * interval '1 millisecond' $$;

create table fairlead.workspace (
  id uuid primary key,
  name text not null,
  settings jsonb not null default '{}',
  created_at timestamptz not null default fairlead.now()
);
-- What belongs to nobody yet (a notice that matched nothing) belongs to the platform's own workspace.
insert into fairlead.workspace (id, name) values ('00000000-0000-0000-0000-000000000000', 'platform');

create table fairlead.member (
  workspace_id uuid not null references fairlead.workspace,
  id uuid not null,
  user_id text not null,
  name text not null,
  address text not null,
  role text not null check (role in ('admin', 'rep')),
  created_at timestamptz not null default fairlead.now(),
  removed_at timestamptz,
  primary key (workspace_id, id),
  unique (workspace_id, user_id)
);

-- One connected way out. member_id null: the team's. The secret is sealed (platform/secrets.ts).
create table fairlead.link (
  workspace_id uuid not null references fairlead.workspace,
  id uuid not null,
  member_id uuid,
  kind text not null check (kind in ('managed', 'gmail', 'microsoft', 'smtp')),
  name text not null,
  settings jsonb not null default '{}',
  secret text,
  state text not null default 'ready' check (state in ('ready', 'needs-attention', 'paused', 'removed')),
  state_reason jsonb,
  state_at timestamptz not null default fairlead.now(),
  created_at timestamptz not null default fairlead.now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, member_id) references fairlead.member
);

-- Pace of one link: locked while its deliveries are claimed. next_at is the generic cell rate algorithm's
-- theoretical arrival time; factor is what was learned (1 = as configured, larger = slower).
create table fairlead.link_pace (
  workspace_id uuid not null,
  link_id uuid not null,
  batch integer not null check (batch > 0),
  every_ms integer not null check (every_ms >= 0),
  next_at timestamptz not null default '-infinity',
  factor real not null default 1 check (factor >= 1),
  day_limit integer,
  primary key (workspace_id, link_id),
  foreign key (workspace_id, link_id) references fairlead.link on delete cascade
);

create table fairlead.identity (
  workspace_id uuid not null references fairlead.workspace,
  id uuid not null,
  member_id uuid not null,
  name text not null,
  address text not null,
  address_key text not null,
  signature_html text not null default '',
  is_default boolean not null default false,
  link_id uuid,
  verified_at timestamptz,
  verified_by text check (verified_by in ('mail', 'vouched', 'domain', 'account')),
  created_at timestamptz not null default fairlead.now(),
  deleted_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, member_id) references fairlead.member,
  foreign key (workspace_id, link_id) references fairlead.link
);
create unique index identity_default on fairlead.identity (workspace_id, member_id) where is_default and deleted_at is null;
create unique index identity_address on fairlead.identity (workspace_id, member_id, address_key) where deleted_at is null;

create table fairlead.thread (
  workspace_id uuid not null references fairlead.workspace,
  id uuid not null,
  member_id uuid not null,
  created_at timestamptz not null default fairlead.now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, member_id) references fairlead.member
);

create table fairlead.email (
  workspace_id uuid not null,
  id uuid not null,
  thread_id uuid not null,
  member_id uuid not null,
  identity_id uuid,
  link_id uuid,
  state text not null check (state in ('draft', 'scheduled', 'held', 'released', 'cancelled')),
  subject text not null default '',
  html text,
  body_text text,
  signature_html text not null default '',
  in_reply_to text,
  references_chain text[] not null default '{}',
  priority smallint not null default 0,
  -- instant, wall time and zone of a schedule are all kept (spec 4.3)
  due_at timestamptz,
  due_wall text,
  due_zone text,
  held_reason jsonb,
  version integer not null default 1,
  search tsvector not null default '',
  created_at timestamptz not null default fairlead.now(),
  updated_at timestamptz not null default fairlead.now(),
  released_at timestamptz,
  archived_at timestamptz,
  hidden_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, thread_id) references fairlead.thread,
  foreign key (workspace_id, member_id) references fairlead.member,
  foreign key (workspace_id, identity_id) references fairlead.identity,
  foreign key (workspace_id, link_id) references fairlead.link
);
create index email_due on fairlead.email (due_at, id) where state = 'scheduled';
create index email_unsent on fairlead.email (workspace_id, member_id, state, updated_at desc, id desc)
  where state <> 'released' and hidden_at is null;
create index email_thread on fairlead.email (thread_id, created_at);

create table fairlead.attachment (
  workspace_id uuid not null,
  id uuid not null,
  email_id uuid not null,
  position smallint not null,
  filename text not null,
  content_type text not null,
  content_id text,
  sha256 text not null,
  size bigint not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, email_id) references fairlead.email on delete cascade
);
create index attachment_email on fairlead.attachment (email_id, position);
create index attachment_blob on fairlead.attachment (sha256, workspace_id);

create table fairlead.email_recipient (
  workspace_id uuid not null,
  id uuid not null,
  email_id uuid not null,
  kind text not null check (kind in ('to', 'cc', 'bcc')),
  position integer not null,
  name text not null default '',
  address text not null,
  address_key text not null,
  person_id uuid,
  skipped jsonb,
  primary key (workspace_id, id),
  foreign key (workspace_id, email_id) references fairlead.email on delete cascade
);
create index email_recipient_email on fairlead.email_recipient (email_id, position);
create index email_recipient_address on fairlead.email_recipient (address_key, workspace_id);

-- Frozen, rendered content (mail/message.ts, FrozenMessage); body is the JSON of its pieces.
create table fairlead.message (
  workspace_id uuid not null,
  id uuid not null,
  email_id uuid not null,
  rfc_message_id text not null,
  from_name text not null,
  from_address text not null,
  headers text[] not null,
  body text not null,
  body_hash text not null,
  size integer not null,
  created_at timestamptz not null default fairlead.now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, email_id) references fairlead.email
);
create index message_email on fairlead.message (email_id);
create index message_rfc_id on fairlead.message (rfc_message_id);

-- A message to one recipient, and the queue. Written by events/ alone once it exists. due_at is set while it is queued,
-- lease_id while a worker holds it: the indexes ask for these and not for state, so that the mark's update touches none.
create table fairlead.delivery (
  workspace_id uuid not null,
  id uuid not null,
  email_id uuid not null,
  message_id uuid not null,
  recipient_id uuid not null,
  member_id uuid not null,
  link_id uuid not null,
  address text not null,
  state text not null default 'queued',
  folder text default 'in-progress',
  fault text,
  reason jsonb,
  priority smallint not null default 0,
  due_at timestamptz default fairlead.now(),
  give_up_at timestamptz not null,
  round smallint not null default 1,
  message_id_round smallint not null default 1,
  tries integer not null default 0,
  lease_id bigint,
  fence integer not null default 0,
  handoff_id uuid,
  emailed_at timestamptz not null default fairlead.now(),
  settled_at timestamptz,
  changed_at timestamptz not null default fairlead.now(),
  superseded_by uuid,
  hidden boolean not null default false,
  primary key (workspace_id, id),
  foreign key (workspace_id, email_id) references fairlead.email,
  foreign key (workspace_id, message_id) references fairlead.message,
  foreign key (workspace_id, recipient_id) references fairlead.email_recipient,
  foreign key (workspace_id, link_id) references fairlead.link
) with (fillfactor = 70);
create index delivery_queue on fairlead.delivery (link_id, priority, due_at, id) where due_at is not null;
create index delivery_leased on fairlead.delivery (lease_id) where lease_id is not null;
create index delivery_email on fairlead.delivery (email_id);
create index delivery_id on fairlead.delivery (id);
create index delivery_sent on fairlead.delivery (workspace_id, member_id, folder, emailed_at desc, email_id desc, id)
  where not hidden;
create index delivery_failed on fairlead.delivery (workspace_id, member_id, folder, settled_at desc, id desc)
  where not hidden and folder in ('failed', 'bounced', 'spam', 'needs-a-look');

-- One try at the wire, written when the hand-over mark is committed, or with the answer of a try that never got there.
create table fairlead.handoff (
  workspace_id uuid not null,
  id uuid not null,
  email_id uuid not null,
  message_id uuid not null,
  link_id uuid not null,
  round smallint not null,
  rfc_message_id text not null,
  envelope_from text not null,
  started_at timestamptz not null,
  marked_at timestamptz,
  answered_at timestamptz,
  wire jsonb,
  receipt jsonb,
  seen_message_id text,
  primary key (workspace_id, id)
);
create index handoff_email on fairlead.handoff (email_id);
create index handoff_seen on fairlead.handoff (seen_message_id) where seen_message_id is not null;

-- What a handoff meant for one delivery. Without foreign keys: one function writes handoff and attempts in the
-- transaction that holds their delivery locked, and the checks cost more than half of the whole hand-over (docs/adr/0012).
create table fairlead.attempt (
  workspace_id uuid not null,
  handoff_id uuid not null,
  delivery_id uuid not null,
  email_id uuid not null,
  round smallint not null,
  number integer not null,
  outcome text check (outcome in ('accepted', 'delivered', 'deferred', 'refused', 'link-broken', 'uncertain', 'not-sent')),
  reason jsonb,
  reply text,
  primary key (workspace_id, delivery_id, handoff_id)
);
create index attempt_email on fairlead.attempt (email_id);

-- Append-only facts. No keys to others: a partition is dropped whole. Monthly; a default one catches the rest.
create table fairlead.event (
  workspace_id uuid not null,
  id uuid not null,
  email_id uuid not null,
  delivery_id uuid,
  handoff_id uuid,
  link_id uuid,
  kind text not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null default fairlead.now(),
  source text not null,
  v smallint not null default 1,
  data jsonb not null default '{}',
  primary key (workspace_id, id, recorded_at)
) partition by range (recorded_at);
create table fairlead.event_default partition of fairlead.event default;
create index event_email on fairlead.event (email_id, recorded_at);

-- Makes the partitions of this month and the two after it. A month whose first rows already fell into the default
-- partition is left to it. Partitions are reached through fairlead.event alone, where the policies are.
create function fairlead.ensure_event_partitions() returns integer language plpgsql
security definer set search_path = fairlead, pg_temp as $$
declare
  starts timestamptz;
  made integer := 0;
  name text;
begin
  for i in 0..2 loop
    starts := (date_trunc('month', fairlead.now() at time zone 'UTC') + make_interval(months => i)) at time zone 'UTC';
    name := 'event_' || to_char(starts at time zone 'UTC', 'YYYYMM');
    continue when to_regclass('fairlead.' || name) is not null;
    begin
      execute format('create table fairlead.%I partition of fairlead.event for values from (%L) to (%L)', name,
        starts, ((starts at time zone 'UTC') + interval '1 month') at time zone 'UTC');
      execute format('revoke all on fairlead.%I from public, fairlead_web, fairlead_engine', name);
      made := made + 1;
    exception when check_violation then
      null;
    end;
  end loop;
  return made;
end $$;
select fairlead.ensure_event_partitions();

-- Returned mail, complaints and reports, kept raw; news that finds no edge yet waits here and is read again.
create table fairlead.notice (
  workspace_id uuid not null references fairlead.workspace,
  id uuid not null,
  source text not null,
  dedupe_key text not null,
  kind text not null default 'other',
  state text not null default 'new' check (state in ('new', 'applied', 'waiting', 'unmatched', 'ignored')),
  envelope_from text not null default '',
  envelope_to text[] not null default '{}',
  sha256 text not null,
  size bigint not null,
  report jsonb,
  matched_by text,
  email_id uuid,
  delivery_id uuid,
  received_at timestamptz not null default fairlead.now(),
  read_at timestamptz,
  primary key (workspace_id, id),
  unique (workspace_id, source, dedupe_key)
);
create index notice_unread on fairlead.notice (received_at, id) where state = 'new';
create index notice_waiting on fairlead.notice (delivery_id) where state = 'waiting';
create index notice_list on fairlead.notice (workspace_id, state, received_at desc, id desc);
create index notice_email on fairlead.notice (email_id) where email_id is not null;
create index notice_blob on fairlead.notice (sha256, workspace_id);

create table fairlead.inbound_message (
  workspace_id uuid not null,
  id uuid not null,
  notice_id uuid,
  thread_id uuid,
  kind text not null check (kind in ('reply', 'auto-reply', 'challenge')),
  from_name text not null default '',
  from_address text not null,
  subject text not null default '',
  rfc_message_id text,
  sha256 text not null,
  received_at timestamptz not null default fairlead.now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, notice_id) references fairlead.notice,
  foreign key (workspace_id, thread_id) references fairlead.thread
);
create index inbound_message_thread on fairlead.inbound_message (thread_id, received_at);
create index inbound_message_blob on fairlead.inbound_message (sha256, workspace_id);

create table fairlead.suppression (
  workspace_id uuid not null references fairlead.workspace,
  address_key text not null,
  reason jsonb not null,
  proof jsonb not null default '{}',
  author text not null,
  created_at timestamptz not null default fairlead.now(),
  expires_at timestamptz,
  primary key (workspace_id, address_key)
);

create table fairlead.blob (
  workspace_id uuid not null references fairlead.workspace,
  sha256 text not null,
  size bigint not null,
  created_at timestamptz not null default fairlead.now(),
  primary key (workspace_id, sha256)
);
create table fairlead.blob_chunk (
  workspace_id uuid not null,
  sha256 text not null,
  n integer not null,
  bytes bytea not null,
  primary key (workspace_id, sha256, n),
  foreign key (workspace_id, sha256) references fairlead.blob on delete cascade
);
-- Already compressed or encrypted more often than not: stored as it is.
alter table fairlead.blob_chunk alter column bytes set storage external;

create table fairlead.idempotency_key (
  workspace_id uuid not null references fairlead.workspace,
  api_key_id text not null,
  route text not null,
  key text not null,
  body_hash text not null,
  email_id uuid not null,
  created_at timestamptz not null default fairlead.now(),
  primary key (workspace_id, api_key_id, route, key)
);
create index idempotency_key_age on fairlead.idempotency_key (created_at);

-- Signing keys. The platform's own belong to the platform's workspace.
create table fairlead.dkim_key (
  workspace_id uuid not null references fairlead.workspace,
  domain text not null,
  selector text not null,
  algorithm text not null check (algorithm in ('rsa-sha256', 'ed25519-sha256')),
  private_key text not null,
  public_key text not null,
  created_at timestamptz not null default fairlead.now(),
  primary key (workspace_id, domain, selector)
);

-- One row per running worker: deliveries point to it, so one update a few seconds apart keeps them all.
create table fairlead.worker_lease (
  id bigint generated always as identity primary key,
  name text not null,
  started_at timestamptz not null default fairlead.now(),
  expires_at timestamptz not null
);

-- Back-off shared by all processes: an MX provider, or a link that is its own lane.
create table fairlead.lane (
  name text primary key,
  not_before timestamptz not null,
  step smallint not null default 0,
  reason jsonb,
  changed_at timestamptz not null default fairlead.now()
);

-- Rights: web sees one workspace, engine sees all; nobody bypasses policies.
do $$
declare
  t text;
begin
  for t in select table_name from information_schema.columns
           where table_schema = 'fairlead' and column_name = 'workspace_id' and table_name not like 'event\_%' loop
    execute format('alter table fairlead.%I enable row level security', t);
    execute format('alter table fairlead.%I force row level security', t);
    execute format('create policy web on fairlead.%I to fairlead_web using (workspace_id = nullif(current_setting(''fairlead.workspace'', true), '''')::uuid)', t);
    execute format('create policy engine on fairlead.%I to fairlead_engine using (true) with check (true)', t);
  end loop;
end $$;
alter table fairlead.workspace enable row level security;
alter table fairlead.workspace force row level security;
create policy web on fairlead.workspace to fairlead_web using (id = nullif(current_setting('fairlead.workspace', true), '')::uuid);
create policy engine on fairlead.workspace to fairlead_engine using (true) with check (true);
-- The one row above was made by the owner, for whom there is no policy from here on.

grant usage on schema fairlead to fairlead_web, fairlead_engine;
grant select, insert, update, delete on all tables in schema fairlead to fairlead_web, fairlead_engine;
do $$
declare
  t text;
begin
  for t in select c.relname from pg_class c where c.relispartition and c.relnamespace = 'fairlead'::regnamespace and c.relkind = 'r' loop
    execute format('revoke all on fairlead.%I from fairlead_web, fairlead_engine', t);
  end loop;
end $$;
revoke execute on function fairlead.ensure_event_partitions() from public;
grant execute on function fairlead.ensure_event_partitions() to fairlead_engine;
revoke all on fairlead.worker_lease, fairlead.lane, fairlead.dkim_key from fairlead_web;
revoke insert, update, delete on fairlead.clock, fairlead.workspace from fairlead_web;
alter default privileges in schema fairlead grant select, insert, update, delete on tables to fairlead_web, fairlead_engine;
