-- Writing: drafts, what a schedule freezes, and whom a member wrote to.

alter table fairlead.email
  -- the writer's name for the window that saved last
  add column saved_from text not null default '',
  -- the writer's name for the draft, so that asking twice makes one
  add column create_key text,
  -- What the draft was before it was frozen (html, text, identity, link), to be given back by undo and edit. Null: a
  -- draft, or an email that never was one.
  add column authored jsonb,
  -- sender as frozen by a schedule; null: as the identity is at the release
  add column from_name text,
  add column from_address text;
create unique index email_create_key on fairlead.email (workspace_id, member_id, create_key) where create_key is not null;

-- A draft's recipient as typed: address is then the same text where it is no address, with an empty address_key.
alter table fairlead.email_recipient add column typed text;

-- Whom a member wrote to. Counted at most once an hour, so that a busy address does not become a busy row.
create table fairlead.past_recipient (
  workspace_id uuid not null references fairlead.workspace,
  member_id uuid not null,
  address_key text not null,
  address text not null,
  name text not null default '',
  uses integer not null default 1,
  last_used_at timestamptz not null default fairlead.now(),
  primary key (workspace_id, member_id, address_key),
  foreign key (workspace_id, member_id) references fairlead.member
);
create index past_recipient_latest on fairlead.past_recipient (workspace_id, member_id, last_used_at desc);
alter table fairlead.past_recipient enable row level security;
alter table fairlead.past_recipient force row level security;
create policy web on fairlead.past_recipient to fairlead_web
  using (workspace_id = nullif(current_setting('fairlead.workspace', true), '')::uuid);
create policy engine on fairlead.past_recipient to fairlead_engine using (true) with check (true);
