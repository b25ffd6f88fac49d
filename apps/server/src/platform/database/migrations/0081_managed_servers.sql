-- One word for one thing: the app calls them managed servers.
set local role fairlead_engine;
update fairlead.link set name = 'Managed servers' where kind = 'managed' and name = 'Fairlead servers';
set local role fairlead_owner;
