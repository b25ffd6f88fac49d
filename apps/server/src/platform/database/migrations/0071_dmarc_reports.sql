-- Aggregate reports about sending domains (RFC 7489 §7.2): who was heard from, and their figures by day and source.

create table fairlead.dmarc_report (
  workspace_id uuid not null,
  id uuid not null,
  domain_id uuid not null,
  reporter text not null,
  -- The reporter's own name for it: the same one may come twice.
  report_key text not null,
  begins_at timestamptz not null,
  ends_at timestamptz not null,
  received_at timestamptz not null default fairlead.now(),
  primary key (workspace_id, id),
  unique (workspace_id, domain_id, reporter, report_key),
  foreign key (workspace_id, domain_id) references fairlead.sending_domain on delete cascade
);
create index dmarc_report_latest on fairlead.dmarc_report (domain_id, ends_at desc);

create table fairlead.dmarc_source (
  workspace_id uuid not null,
  domain_id uuid not null,
  day date not null,
  source text not null,
  organisation text not null,
  -- Our own channel that it is; empty: none of ours
  channel text not null default '' check (channel in ('', 'managed', 'gmail', 'microsoft', 'smtp')),
  messages bigint not null,
  passed bigint not null,
  dkim_aligned bigint not null,
  spf_aligned bigint not null,
  primary key (workspace_id, domain_id, day, source, organisation, channel),
  foreign key (workspace_id, domain_id) references fairlead.sending_domain on delete cascade
);

do $$
declare
  t text;
begin
  foreach t in array array['dmarc_report', 'dmarc_source'] loop
    execute format('alter table fairlead.%I enable row level security', t);
    execute format('alter table fairlead.%I force row level security', t);
    execute format('create policy web on fairlead.%I to fairlead_web using (workspace_id = nullif(current_setting(''fairlead.workspace'', true), '''')::uuid)', t);
    execute format('create policy engine on fairlead.%I to fairlead_engine using (true) with check (true)', t);
  end loop;
end $$;

-- Reports are kept as notices are, and read by a reader of their own.
create index notice_report on fairlead.notice (received_at, id) where state = 'new' and source = 'dmarc';
