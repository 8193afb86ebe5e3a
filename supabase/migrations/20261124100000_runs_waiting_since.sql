-- Which runs wait: after a moment too, so that who looks again need not look at all of them again. Processes of the
-- version before still ask runs_waiting while they are replaced one by one; it goes with a later version.

create function cvtailor.runs_waiting_since(since timestamptz, older_than interval, at_most integer)
returns table (run_id uuid, user_id uuid, accepted_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select r.id, r.user_id, r.created_at from public.generation_runs r
  where r.state = 'queued' and r.created_at > since and r.created_at < now() - older_than
  order by r.created_at limit at_most
$$;

-- What a user has open, and how much was begun lately, is counted before each run is accepted.
create index runs_open on public.generation_runs (user_id) where finished_at is null;
create index runs_lately on public.generation_runs (user_id, created_at);

revoke execute on function cvtailor.runs_waiting_since(timestamptz, interval, integer) from public;
grant execute on function cvtailor.runs_waiting_since(timestamptz, interval, integer) to cvtailor_engine;
