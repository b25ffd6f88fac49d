-- A connection that waits at a link's mailbox (IMAP IDLE, RFC 2177), so that new mail is looked for at once.
alter table fairlead.link_watch
  -- the process that waits there, until its lease ends
  add column attendant uuid,
  add column attended_until timestamptz,
  -- nobody tries to wait there before this
  add column attend_at timestamptz not null default fairlead.now(),
  -- mail may have come since the latest look began
  add column has_news boolean not null default false;
create index link_watch_attendant on fairlead.link_watch (attendant) where attendant is not null;
