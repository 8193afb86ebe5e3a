-- A run says some thirty things, each in a transaction of its own: one statement numbers, keeps and tells them, where
-- four went to and fro while the run was locked.
--
-- It does nothing that its caller may not do without it: row-level security and grants hold inside it.

create function cvtailor.extend_log(run_id uuid, drafts jsonb)
returns table (application_id uuid, key text, sequence integer, step_index smallint, percent smallint)
language plpgsql set search_path = '' as $$
#variable_conflict use_column
declare
  run record;
begin
  -- Whoever waits here sees, in the statements after, what the one before it added.
  select r.user_id, r.id, r.application_id, r.state, r.percent, r.step_index, r.last_sequence into run
  from public.generation_runs r where r.id = extend_log.run_id for update;
  if not found or run.state in ('succeeded', 'failed', 'cancelled') then
    return;
  end if;
  return query
  with fresh as (
    select d.draft ->> 'key' as key, (d.draft ->> 'at')::timestamptz as at,
      (d.draft ->> 'step_count')::smallint as step_count, d.draft -> 'payload' as payload,
      run.last_sequence + row_number() over told as sequence,
      -- Progress never falls: an event that knows less takes the run's.
      greatest(run.step_index, max((d.draft ->> 'step_index')::smallint) over told) as step_index,
      greatest(run.percent, max((d.draft ->> 'percent')::smallint) over told) as percent
    from jsonb_array_elements(drafts) with ordinality as d (draft, place)
    where not exists (
      select from public.generation_events e
      where e.user_id = run.user_id and e.run_id = run.id and e.key = d.draft ->> 'key')
    window told as (order by d.place)
  ), added as (
    insert into public.generation_events
      (user_id, run_id, sequence, key, at, step_index, step_count, percent, payload)
    select run.user_id, run.id, f.sequence, f.key, f.at, f.step_index, f.step_count, f.percent, f.payload
    from fresh f order by f.sequence
    returning key, sequence, step_index, percent
  ), moved as (
    update public.generation_runs r
    set state = 'running', last_sequence = a.sequence, step_index = a.step_index, percent = a.percent
    from (select max(sequence) as sequence, max(step_index) as step_index, max(percent) as percent from added) a
    where r.id = run.id and a.sequence is not null
    returning pg_notify('cvtailor_run_events', run.user_id || ' ' || run.id || ' ' || a.sequence)
  )
  select run.application_id, a.key, a.sequence, a.step_index, a.percent from added a where (select count(*) from moved) = 1
  order by a.sequence;
end
$$;
comment on function cvtailor.extend_log(uuid, jsonb) is
  'Adds the drafts whose key is not in the log yet to the log of a run that goes on, in order, and returns them; '
  'a draft has key, at, step_index, step_count, percent and payload, and no two have one key.';

revoke execute on function cvtailor.extend_log(uuid, jsonb) from public;
grant execute on function cvtailor.extend_log(uuid, jsonb) to authenticated;
