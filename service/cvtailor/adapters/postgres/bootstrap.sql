-- What a Supabase project has and a plain Postgres 15 to 18 lacks, as far as our migrations and policies
-- need it: the roles, auth.uid(), the metadata of Storage, the Realtime publication. Run by a superuser,
-- once a database; running it again changes nothing. A real Supabase project never sees it.

do $$
declare
  wanted record;
begin
  for wanted in
    select * from (values
      ('anon', 'nologin noinherit'),
      ('authenticated', 'nologin noinherit'),
      ('service_role', 'nologin noinherit bypassrls'),
      ('authenticator', 'login noinherit'),
      ('supabase_auth_admin', 'nologin noinherit'),
      ('supabase_storage_admin', 'nologin noinherit'),
      ('postgres', 'login createdb createrole replication bypassrls')
    ) as roles (name, options)
  loop
    if not exists (select from pg_roles where rolname = wanted.name) then
      execute format('create role %I %s', wanted.name, wanted.options);
    end if;
  end loop;
end
$$;

-- As on hosted projects since Postgres 16; on 15 the option is implied by createrole and harmless.
grant anon, authenticated, service_role to postgres with admin option;
grant anon, authenticated, service_role to authenticator;

do $$
begin
  execute format('alter database %I owner to postgres', current_database());
end
$$;
alter schema public owner to pg_database_owner;
grant usage on schema public to anon, authenticated, service_role;
-- Projects made before 2026-10-30 grant everything by default. Ours is the worst case, so that a
-- migration which forgets to revoke is seen here.
alter default privileges for role postgres in schema public
  grant all on tables to anon, authenticated, service_role;

create schema if not exists extensions authorization postgres;
grant usage on schema extensions to public;

-- Auth ------------------------------------------------------------------------------------------------

create schema if not exists auth authorization supabase_auth_admin;
grant usage on schema auth to anon, authenticated, service_role, postgres;

create table if not exists auth.users (
  id uuid primary key,
  aud varchar(255),
  role varchar(255),
  email varchar(255),
  raw_app_meta_data jsonb,
  raw_user_meta_data jsonb,
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  banned_until timestamptz,
  deleted_at timestamptz,
  is_anonymous boolean not null default false
);
alter table auth.users owner to supabase_auth_admin;
alter table auth.users enable row level security;
grant select, insert, update, delete, references, trigger on auth.users to postgres;

-- As hosted: the settings of older PostgREST versions, one a claim, come first.
create or replace function auth.jwt() returns jsonb language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')
  )::jsonb
$$;
create or replace function auth.uid() returns uuid language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.sub', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'
  )::uuid
$$;
create or replace function auth.role() returns text language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.role', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'
  )
$$;
alter function auth.jwt() owner to supabase_auth_admin;
alter function auth.uid() owner to supabase_auth_admin;
alter function auth.role() owner to supabase_auth_admin;

-- Here nobody signs up: a verified token of this machine's own key is all there is. Whoever holds one
-- may bring their own user into being, and no other.
create or replace function auth.ensure_current_user() returns void
language sql volatile security definer set search_path = '' as $$
  insert into auth.users (id, aud, role) select auth.uid(), 'authenticated', 'authenticated'
  where auth.uid() is not null
  on conflict (id) do nothing
$$;
alter function auth.ensure_current_user() owner to supabase_auth_admin;
revoke execute on function auth.ensure_current_user() from public;
grant execute on function auth.ensure_current_user() to authenticated;

-- Storage: the metadata that policies speak of ----------------------------------------------------------

create schema if not exists storage authorization supabase_storage_admin;
grant usage on schema storage to postgres, anon, authenticated, service_role;

create table if not exists storage.buckets (
  id text primary key,
  name text not null unique,
  owner_id text,
  public boolean default false,
  file_size_limit bigint,
  allowed_mime_types text[],
  created_at timestamptz default now(),
  updated_at timestamptz default now()
);
create table if not exists storage.objects (
  id uuid primary key default gen_random_uuid(),
  bucket_id text references storage.buckets (id),
  name text,
  owner_id text,
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  last_accessed_at timestamptz default now(),
  metadata jsonb,
  version text,
  user_metadata jsonb,
  path_tokens text[] generated always as (string_to_array(name, '/')) stored
);
create unique index if not exists bucketid_objname on storage.objects (bucket_id, name);

create or replace function storage.foldername(name text) returns text[] language sql immutable as $$
  select trim_array(string_to_array(name, '/'), 1)
$$;
create or replace function storage.filename(name text) returns text language sql immutable as $$
  select split_part(name, '/', -1)
$$;
create or replace function storage.extension(name text) returns text language sql immutable as $$
  select split_part(split_part(name, '/', -1), '.', -1)
$$;

alter table storage.buckets owner to supabase_storage_admin;
alter table storage.objects owner to supabase_storage_admin;
alter table storage.buckets enable row level security;
alter table storage.objects enable row level security;
grant all on storage.buckets, storage.objects to anon, authenticated, service_role, postgres;
-- Hosted, an extension lets `postgres` add policies to storage.objects; here that takes ownership.
grant supabase_storage_admin to postgres;

-- Realtime -----------------------------------------------------------------------------------------------

do $$
begin
  if not exists (select from pg_publication where pubname = 'supabase_realtime') then
    create publication supabase_realtime;
    alter publication supabase_realtime owner to postgres;
  end if;
end
$$;
