-- Handoffs that lost their answer, on channels that can be asked what became of them. next_at is also the lease of the
-- worker that asks. not_sent_at: the first look that said so; one alone is no proof.
create table fairlead.handoff_look (
  workspace_id uuid not null,
  handoff_id uuid not null,
  -- finds its deliveries: an index of them by handoff would slow every mark (docs/adr/0012)
  email_id uuid not null,
  lost_at timestamptz not null default fairlead.now(),
  next_at timestamptz not null default fairlead.now(),
  looks integer not null default 0,
  not_sent_at timestamptz,
  primary key (workspace_id, handoff_id)
);
create index handoff_look_due on fairlead.handoff_look (next_at);
alter table fairlead.handoff_look enable row level security;
alter table fairlead.handoff_look force row level security;
create policy web on fairlead.handoff_look to fairlead_web
  using (workspace_id = nullif(current_setting('fairlead.workspace', true), '')::uuid);
create policy engine on fairlead.handoff_look to fairlead_engine using (true) with check (true);
