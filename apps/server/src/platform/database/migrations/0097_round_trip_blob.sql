-- The clean-up asks for every blob whether a round trip still names it.
create index round_trip_blob on fairlead.round_trip (sha256, workspace_id) where sha256 is not null;
