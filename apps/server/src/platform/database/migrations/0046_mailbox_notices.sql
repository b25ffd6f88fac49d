-- What a notice out of a link's mailbox is matched by, beside what stands in it.

alter table fairlead.notice
  -- the link whose mailbox it came from; it speaks of that link's workspace alone
  add column link_id uuid,
  -- the provider's thread
  add column provider_thread text;

-- A thread counts only where the provider named it in the answer to our own hand-over.
create index handoff_thread on fairlead.handoff (link_id, (receipt ->> 'threadId')) where receipt ? 'threadId';
