-- What recipients see: how their servers took what a link carried.

-- The domain of the recipient, for "n of m were accepted there". A column of its own: an index over an expression would be
-- lost under a policy, because its functions are not leakproof. Only settled deliveries: the queue's own updates touch
-- the index once, when a delivery leaves the queue.
alter table fairlead.delivery
  add column address_domain text generated always as (lower(substring(address from '[^@]*$'))) stored;
create index delivery_acceptance on fairlead.delivery (link_id, address_domain, settled_at) where settled_at is not null;

-- Whether mail that fails DMARC is kept from being sent stands among the workspace's settings.
grant update (settings) on fairlead.workspace to fairlead_web;
