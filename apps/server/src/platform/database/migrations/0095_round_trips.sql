-- Messages that Fairlead sends itself through a link, to see what receivers make of mail from it.

create table fairlead.round_trip (
  workspace_id uuid not null,
  -- stands in the token of the address that the message goes to
  id uuid not null,
  link_id uuid not null,
  identity_id uuid not null,
  -- the address in From that recipients were to see
  from_address text not null,
  -- what the card said when it was sent
  predicted jsonb not null,
  sent_at timestamptz not null default fairlead.now(),
  -- why the link did not take it
  refused jsonb,
  arrived_at timestamptz,
  -- who brought it, as the listener saw
  client_address text,
  helo text,
  envelope_from text,
  sha256 text,
  -- looks that were begun; one that was killed is made up for
  looks integer not null default 0,
  look_due_at timestamptz,
  measured_at timestamptz,
  measured jsonb,
  differences jsonb,
  primary key (workspace_id, id),
  foreign key (workspace_id, link_id) references fairlead.link on delete cascade,
  foreign key (workspace_id, identity_id) references fairlead.identity on delete cascade
);
create unique index round_trip_token on fairlead.round_trip (id);
create index round_trip_latest on fairlead.round_trip (link_id, identity_id, sent_at desc);
create index round_trip_identity on fairlead.round_trip (identity_id);
create index round_trip_arrived on fairlead.round_trip (look_due_at) where arrived_at is not null and measured_at is null;

alter table fairlead.round_trip enable row level security;
alter table fairlead.round_trip force row level security;
create policy web on fairlead.round_trip to fairlead_web using (workspace_id = nullif(current_setting('fairlead.workspace', true), '')::uuid);
create policy engine on fairlead.round_trip to fairlead_engine using (true) with check (true);
