-- Policies of recipients' domains (RFC 8461): kept until their age is over, through restarts. No customer's: what a
-- domain publishes is the same for everybody.
create table fairlead.mta_sts_policy (
  domain text primary key,
  id text not null,
  mode text not null check (mode in ('enforce', 'testing', 'none')),
  mx text[] not null,
  max_age_seconds integer not null,
  expires_at timestamptz not null
);
create index mta_sts_policy_expired on fairlead.mta_sts_policy (expires_at);
revoke all on fairlead.mta_sts_policy from fairlead_web;
