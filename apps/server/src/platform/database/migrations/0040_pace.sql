-- Pace of every link, and what of its day is used. Null: no limit of that sort (packages/contract/src/pace.ts).

alter table fairlead.link_pace
  alter column batch drop not null,
  alter column every_ms set default 60000,
  drop column day_limit,
  add column spacing_ms integer not null default 0 check (spacing_ms >= 0),
  add column per_minute integer check (per_minute > 0),
  add column day_messages integer check (day_messages > 0),
  add column day_recipients integer check (day_recipients > 0),
  add column day_external integer check (day_external > 0),
  add column connections integer check (connections > 0),
  -- nobody changed what the kind of channel comes with
  add column is_default boolean not null default true,
  -- the latest hand-overs as [milliseconds since 1970, how many]: a window slides over them
  add column recent jsonb not null default '[]',
  -- when the far side last asked to slow down, and until when it wants to be left alone
  add column slowed_at timestamptz,
  add column rest_until timestamptz,
  add column rest_reason jsonb;
-- next_at is when the next hand-over may begin, all limits together; '-infinity': to be computed at the next claim.

-- How much of its rolling day a link has used, in pieces of five minutes. elsewhere: sent outside of Fairlead, as the
-- link's mailbox shows.
create table fairlead.link_usage (
  workspace_id uuid not null,
  link_id uuid not null,
  bucket_at timestamptz not null,
  elsewhere boolean not null,
  messages integer not null,
  recipients integer not null,
  external integer not null,
  primary key (workspace_id, link_id, bucket_at, elsewhere),
  foreign key (workspace_id, link_id) references fairlead.link on delete cascade
);
alter table fairlead.link_usage enable row level security;
alter table fairlead.link_usage force row level security;
create policy web on fairlead.link_usage to fairlead_web
  using (workspace_id = nullif(current_setting('fairlead.workspace', true), '')::uuid);
create policy engine on fairlead.link_usage to fairlead_engine using (true) with check (true);
