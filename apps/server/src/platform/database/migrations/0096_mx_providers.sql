-- Who takes the mail of which domain, as DNS told it when mail left or was about to: acceptance is counted by provider.
-- Nothing of a workspace; only the engine reads it, because which domains are known says who was written to.

create table fairlead.mx_provider (
  -- behind the @ of recipients, A-label, lower case
  domain text primary key,
  -- registrable domain of its best MX host, as lanes are named
  provider text not null,
  seen_at timestamptz not null default fairlead.now()
);
create index mx_provider_domains on fairlead.mx_provider (provider, seen_at desc);
revoke all on fairlead.mx_provider from fairlead_web;
