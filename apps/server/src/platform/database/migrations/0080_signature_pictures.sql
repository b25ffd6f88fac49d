-- Pictures of signatures: the html names them by cid:, their bytes are blobs.
create table fairlead.signature_picture (
  workspace_id uuid not null references fairlead.workspace,
  identity_id uuid not null,
  content_id text not null,
  content_type text not null,
  sha256 text not null,
  size bigint not null,
  primary key (workspace_id, identity_id, content_id),
  foreign key (workspace_id, identity_id) references fairlead.identity
);
create index signature_picture_blob on fairlead.signature_picture (sha256, workspace_id);
alter table fairlead.signature_picture enable row level security;
alter table fairlead.signature_picture force row level security;
create policy web on fairlead.signature_picture to fairlead_web
  using (workspace_id = nullif(current_setting('fairlead.workspace', true), '')::uuid);
create policy engine on fairlead.signature_picture to fairlead_engine using (true) with check (true);

-- Frozen with the signature; goes again when the email becomes a draft.
alter table fairlead.attachment add column is_of_signature boolean not null default false;
