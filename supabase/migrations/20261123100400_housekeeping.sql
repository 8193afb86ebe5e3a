-- What concerns every user's rows is asked through functions, and by the engine's login only. The
-- service's login, which runs what users ask for, sees nothing at all before it becomes somebody.

revoke execute on function cvtailor.runs_waiting(interval, integer) from cvtailor_service;
revoke execute on function cvtailor.run_heads(uuid[]) from cvtailor_service;
revoke usage on schema cvtailor from cvtailor_service;

-- CV and ad stand in the request; the hash beside it still tells a repeated request from another one.
create function cvtailor.purge_requests(older_than interval, at_most integer) returns integer
language sql volatile security definer set search_path = '' as $$
  with purged as (
    update public.generation_runs r set request = '{}'
    where (r.user_id, r.id) in (
      select o.user_id, o.id from public.generation_runs o
      where o.finished_at < now() - older_than and o.request <> '{}'
      order by o.finished_at limit at_most
      for update skip locked
    )
    returning 1
  )
  select count(*)::integer from purged
$$;
comment on function cvtailor.purge_requests(interval, integer) is
  'Empties the requests of runs that finished that long ago; returns of how many.';

alter table public.generation_runs
  add column first_sequence integer not null default 1 check (first_sequence > 0);
comment on column public.generation_runs.first_sequence is 'Of the events that are still there.';

-- The last event stays: whoever comes back learns how the run ended.
create function cvtailor.purge_events(older_than interval, at_most integer) returns integer
language sql volatile security definer set search_path = '' as $$
  with old as (
    select o.user_id, o.id, o.last_sequence from public.generation_runs o
    where o.finished_at < now() - older_than and o.first_sequence < o.last_sequence
    order by o.finished_at limit at_most
    for update skip locked
  ),
  purged as (
    delete from public.generation_events e using old o
    where e.user_id = o.user_id and e.run_id = o.id and e.sequence < o.last_sequence
  ),
  shortened as (
    update public.generation_runs r set first_sequence = o.last_sequence from old o
    where r.user_id = o.user_id and r.id = o.id
    returning 1
  )
  select count(*)::integer from shortened
$$;
comment on function cvtailor.purge_events(interval, integer) is
  'Shortens the logs of runs that finished that long ago to their last event; returns of how many.';

create function cvtailor.purge_model_calls(older_than interval, at_most integer) returns integer
language sql volatile security definer set search_path = '' as $$
  with purged as (
    delete from public.model_calls m
    where m.id in (
      select o.id from public.model_calls o
      where o.created_at < now() - older_than order by o.created_at limit at_most
    )
    returning 1
  )
  select count(*)::integer from purged
$$;
comment on function cvtailor.purge_model_calls(interval, integer) is
  'Deletes model calls that old; returns how many.';

-- Files that no document names: a run that ended between the two, or records that were deleted.
create function cvtailor.orphaned_files(older_than interval, at_most integer)
returns table (user_id uuid, path text)
language sql stable security definer set search_path = '' as $$
  select (storage.foldername(f.name))[1]::uuid, f.name
  from storage.objects f
  where f.bucket_id = 'documents' and f.created_at < now() - older_than
    and f.name ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/'
    and not exists (
      select from public.documents d
      where d.user_id = (storage.foldername(f.name))[1]::uuid and d.path = f.name
    )
  order by f.created_at limit at_most
$$;

-- Each holds what is still to be purged, and nothing else.
create index runs_with_request on public.generation_runs (finished_at)
  where finished_at is not null and request <> '{}';
create index runs_with_events on public.generation_runs (finished_at)
  where finished_at is not null and first_sequence < last_sequence;
create index model_calls_oldest_first on public.model_calls (created_at);

revoke execute on all functions in schema cvtailor from public;
grant usage on schema cvtailor to cvtailor_engine;
grant execute on function cvtailor.runs_waiting(interval, integer) to cvtailor_engine;
grant execute on function cvtailor.run_heads(uuid[]) to cvtailor_engine;
grant execute on function cvtailor.purge_requests(interval, integer) to cvtailor_engine;
grant execute on function cvtailor.purge_events(interval, integer) to cvtailor_engine;
grant execute on function cvtailor.purge_model_calls(interval, integer) to cvtailor_engine;
grant execute on function cvtailor.orphaned_files(interval, integer) to cvtailor_engine;
