-- What one hand-over of the link is: a whole message, or one recipient. The claim knows, the estimate of departures reads.
alter table fairlead.link_pace add column is_together boolean not null default false;

-- The hand-overs that a link's windows slide over: when each was to leave, and when its answer came. Kept for as long as
-- a window looks back; a link without windows has none.
alter table fairlead.link_pace drop column recent;
create table fairlead.link_slot (
  workspace_id uuid not null,
  link_id uuid not null,
  handoff_id uuid not null,
  slot_at timestamptz not null,
  answered_at timestamptz,
  primary key (workspace_id, handoff_id),
  foreign key (workspace_id, link_id) references fairlead.link on delete cascade
) with (fillfactor = 80);
create index link_slot_latest on fairlead.link_slot (link_id, slot_at);
alter table fairlead.link_slot enable row level security;
alter table fairlead.link_slot force row level security;
create policy web on fairlead.link_slot to fairlead_web
  using (workspace_id = nullif(current_setting('fairlead.workspace', true), '')::uuid);
create policy engine on fairlead.link_slot to fairlead_engine using (true) with check (true);
