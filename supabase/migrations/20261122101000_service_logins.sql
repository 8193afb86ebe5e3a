-- The two logins of the service. The migrator sets their passwords.
--
-- cvtailor_service can do one thing: become `authenticated`, in a transaction that says for whom.
-- cvtailor_engine owns the schema of the durable engine and sees nothing of the users' tables.

do $$
begin
  if not exists (select from pg_roles where rolname = 'cvtailor_service') then
    create role cvtailor_service login noinherit;
  end if;
  if not exists (select from pg_roles where rolname = 'cvtailor_engine') then
    create role cvtailor_engine login noinherit;
  end if;
end
$$;

alter role cvtailor_service set statement_timeout = '15s';
alter role cvtailor_service set lock_timeout = '5s';
alter role cvtailor_service set idle_in_transaction_session_timeout = '30s';
alter role cvtailor_engine set statement_timeout = '60s';
alter role cvtailor_engine set idle_in_transaction_session_timeout = '60s';

grant authenticated to cvtailor_service;

-- Giving a schema to a role takes membership in it, for as long as that takes.
grant cvtailor_engine to current_user;
create schema dbos authorization cvtailor_engine;
revoke cvtailor_engine from current_user;

-- What the service must know about every user's runs, and no more: which ones wait for a worker, and
-- how far the logs of those it is asked for have come.
create function cvtailor.runs_waiting(older_than interval, at_most integer)
returns table (run_id uuid, user_id uuid)
language sql stable security definer set search_path = '' as $$
  select r.id, r.user_id from public.generation_runs r
  where r.state = 'queued' and r.created_at < now() - older_than
  order by r.created_at limit at_most
$$;

create function cvtailor.run_heads(run_ids uuid[])
returns table (run_id uuid, user_id uuid, last_sequence integer)
language sql stable security definer set search_path = '' as $$
  select r.id, r.user_id, r.last_sequence from public.generation_runs r where r.id = any (run_ids)
$$;

revoke execute on all functions in schema cvtailor from public;
grant usage on schema cvtailor to cvtailor_service;
grant execute on function cvtailor.runs_waiting(interval, integer) to cvtailor_service;
grant execute on function cvtailor.run_heads(uuid[]) to cvtailor_service;

-- A service that starts looks whether the schema is the one it was built for.
grant usage on schema supabase_migrations to cvtailor_service;
grant select (version) on supabase_migrations.schema_migrations to cvtailor_service;
