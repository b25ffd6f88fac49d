-- Delivery channels that people connect: changes, who may send through them, what happened to them, and their mailboxes.

alter table fairlead.link
  -- counts the changes of name, settings and secret, so that two tabs do not overwrite each other
  add column version integer not null default 1,
  -- the break (state_at) of which owner and admins were told; null: of none
  add column told_of timestamptz;
create index link_untold on fairlead.link (state_at) where state = 'needs-attention' and told_of is distinct from state_at;
create index link_member on fairlead.link (member_id) where member_id is not null;

-- The link came by a rule, not by the member's choice.
alter table fairlead.identity add column link_is_given boolean not null default false;

-- May this identity send through this link? Without a row nobody has tried.
create table fairlead.link_identity (
  workspace_id uuid not null,
  link_id uuid not null,
  identity_id uuid not null,
  -- as it was tried: another address has to be tried again
  address_key text not null,
  state text not null check (state in ('permitted', 'refused')),
  reason jsonb,
  checked_at timestamptz not null default fairlead.now(),
  primary key (workspace_id, link_id, identity_id),
  foreign key (workspace_id, link_id) references fairlead.link on delete cascade,
  foreign key (workspace_id, identity_id) references fairlead.identity on delete cascade
);
create index link_identity_identity on fairlead.link_identity (identity_id);

-- What happened to a link, append-only; tx as in fairlead.event, for those who watch.
create table fairlead.link_event (
  workspace_id uuid not null,
  id uuid not null,
  link_id uuid not null,
  kind text not null,
  member_id uuid,
  data jsonb not null default '{}',
  recorded_at timestamptz not null default fairlead.now(),
  tx xid8 not null default pg_current_xact_id(),
  primary key (workspace_id, id),
  foreign key (workspace_id, link_id) references fairlead.link on delete cascade
);
create index link_event_tx on fairlead.link_event (tx);
create index link_event_link on fairlead.link_event (link_id, recorded_at);

-- Where a worker goes on in a link's mailbox, and which one is looking now.
create table fairlead.link_watch (
  workspace_id uuid not null,
  link_id uuid not null,
  -- the channel's own; null: nothing was seen yet
  cursor text,
  next_at timestamptz not null default fairlead.now(),
  leased_until timestamptz,
  -- counts the leases: whoever lost one writes nothing
  fence integer not null default 0,
  failures integer not null default 0,
  reason jsonb,
  looked_at timestamptz,
  primary key (workspace_id, link_id),
  foreign key (workspace_id, link_id) references fairlead.link on delete cascade
);
create index link_watch_due on fairlead.link_watch (next_at);

-- The latest probe that showed, or did not show, that bounces come back. `number` is in the probe's token.
create table fairlead.bounce_probe (
  workspace_id uuid not null,
  link_id uuid not null,
  number integer not null default 1,
  sent_at timestamptz not null default fairlead.now(),
  message_id text not null,
  -- our listener refused it: the link's server makes the notice from then on
  refused_at timestamptz,
  returned_at timestamptz,
  failed_at timestamptz,
  -- the latest proof, which stays while a newer probe is on its way
  proved_at timestamptz,
  proved_seconds real,
  primary key (workspace_id, link_id),
  foreign key (workspace_id, link_id) references fairlead.link on delete cascade
);
create index bounce_probe_open on fairlead.bounce_probe (sent_at) where returned_at is null and failed_at is null;

do $$
declare
  t text;
begin
  foreach t in array array['link_identity', 'link_event', 'link_watch', 'bounce_probe'] loop
    execute format('alter table fairlead.%I enable row level security', t);
    execute format('alter table fairlead.%I force row level security', t);
    execute format('create policy web on fairlead.%I to fairlead_web using (workspace_id = nullif(current_setting(''fairlead.workspace'', true), '''')::uuid)', t);
    execute format('create policy engine on fairlead.%I to fairlead_engine using (true) with check (true)', t);
  end loop;
end $$;
