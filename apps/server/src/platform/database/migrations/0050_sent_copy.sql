-- Copies of sent mail that Fairlead files in the Sent folder of a link's mailbox. The folder itself is the truth: before a
-- copy is filed it is looked for there.
create table fairlead.sent_copy (
  workspace_id uuid not null,
  message_id uuid not null,
  link_id uuid not null,
  rfc_message_id text not null,
  state text not null default 'waiting' check (state in ('waiting', 'filed', 'given-up')),
  due_at timestamptz not null default fairlead.now(),
  tries integer not null default 0,
  reason jsonb,
  settled_at timestamptz,
  primary key (workspace_id, message_id, link_id),
  foreign key (workspace_id, message_id) references fairlead.message on delete cascade,
  foreign key (workspace_id, link_id) references fairlead.link on delete cascade
);
create index sent_copy_due on fairlead.sent_copy (due_at) where state = 'waiting';
create index sent_copy_link on fairlead.sent_copy (link_id);
alter table fairlead.sent_copy enable row level security;
alter table fairlead.sent_copy force row level security;
create policy web on fairlead.sent_copy to fairlead_web
  using (workspace_id = nullif(current_setting('fairlead.workspace', true), '')::uuid);
create policy engine on fairlead.sent_copy to fairlead_engine using (true) with check (true);

-- Which mail of a link was taken lately, to find what has no copy yet.
create index handoff_answered on fairlead.handoff (link_id, answered_at) where receipt is not null;
