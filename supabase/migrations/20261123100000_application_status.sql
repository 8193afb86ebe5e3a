-- Where an application may go from where it stands, and how it got there.

create table cvtailor.status_steps (
  from_status public.application_status,
  to_status public.application_status not null,
  unique nulls not distinct (from_status, to_status)
);
comment on table cvtailor.status_steps is
  'Every step an application may take; from null: where it may begin. Leaving the archive leads back to '
  'where it was, or to draft if a run had not made it ready; these steps are no rows of this table.';

insert into cvtailor.status_steps (from_status, to_status) values
  (null, 'draft'), (null, 'generating'), (null, 'ready'),
  ('generating', 'ready'), ('generating', 'failed'), ('generating', 'cancelled'),
  ('generating', 'withdrawn'), ('generating', 'archived'),
  ('failed', 'generating'), ('failed', 'draft'), ('failed', 'archived'),
  ('cancelled', 'generating'), ('cancelled', 'draft'), ('cancelled', 'archived'),
  ('draft', 'generating'), ('draft', 'ready'), ('draft', 'submitted'), ('draft', 'withdrawn'),
  ('draft', 'archived'),
  ('ready', 'draft'), ('ready', 'generating'), ('ready', 'submitted'), ('ready', 'withdrawn'),
  ('ready', 'archived'),
  ('submitted', 'interviewing'), ('submitted', 'offer'), ('submitted', 'rejected'),
  ('submitted', 'withdrawn'), ('submitted', 'archived'),
  ('interviewing', 'offer'), ('interviewing', 'rejected'), ('interviewing', 'withdrawn'),
  ('interviewing', 'archived'),
  ('offer', 'accepted'), ('offer', 'rejected'), ('offer', 'withdrawn'), ('offer', 'archived'),
  ('accepted', 'withdrawn'), ('accepted', 'archived'),
  ('rejected', 'interviewing'), ('rejected', 'archived'),
  ('withdrawn', 'archived');

create table public.application_status_changes (
  user_id uuid not null,
  application_id uuid not null,
  ordinal integer not null check (ordinal > 0),
  from_status public.application_status,
  to_status public.application_status not null,
  at timestamptz not null default now(),
  primary key (user_id, application_id, ordinal),
  foreign key (user_id, application_id) references public.applications (user_id, id) on delete cascade
);
comment on table public.application_status_changes is 'Written by a trigger, and by nobody else.';
comment on column public.application_status_changes.ordinal is 'One-based, within the application.';

revoke all on public.application_status_changes from public, anon, authenticated, service_role;
grant select on public.application_status_changes to authenticated;
alter table public.application_status_changes enable row level security;
create policy "Owners see their status changes" on public.application_status_changes
  for select to authenticated using ((select auth.uid()) = user_id);

-- Runs as its owner: people read the history, and the trigger alone writes it.
create function cvtailor.take_status_step() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  came_from public.application_status := case when tg_op = 'UPDATE' then old.status end;
  possible public.application_status[];
  last_ordinal integer;
begin
  if came_from = 'archived' then
    -- A draft, if it was in the archive before there was a history, or a run had not made it ready: that
    -- run may have ended since.
    possible := array(
      select case when c.from_status in ('generating', 'failed', 'cancelled') then 'draft'
        else coalesce(c.from_status, 'draft') end
      from public.application_status_changes c
      where c.user_id = new.user_id and c.application_id = new.id
      order by c.ordinal desc limit 1
    );
  else
    possible := array(
      select s.to_status from cvtailor.status_steps s
      where s.from_status is not distinct from came_from order by s.to_status
    );
  end if;
  if new.status <> all (possible) then
    raise exception using
      errcode = 'check_violation',
      constraint = 'status_steps',
      table = 'applications',
      message = format('An application can''t go from %s to %s.', coalesce(came_from::text, 'nothing'), new.status),
      -- What only the service sets is no advice to people.
      hint = format('Possible from here: %s.', coalesce(
        (select string_agg(step::text, ', ' order by step) from unnest(possible) as step
         where step not in ('generating', 'failed', 'cancelled')),
        'nothing'
      ));
  end if;
  -- This very statement holds the lock of the application's row: nobody else counts at the same time.
  select coalesce(max(c.ordinal), 0) into last_ordinal
  from public.application_status_changes c
  where c.user_id = new.user_id and c.application_id = new.id;
  insert into public.application_status_changes (user_id, application_id, ordinal, from_status, to_status)
  values (new.user_id, new.id, last_ordinal + 1, came_from, new.status);
  return null;
end
$$;
revoke execute on function cvtailor.take_status_step() from public;

create trigger begin_status after insert on public.applications
  for each row execute function cvtailor.take_status_step();
create trigger change_status after update of status on public.applications
  for each row when (old.status is distinct from new.status)
  execute function cvtailor.take_status_step();

-- Applications from before this table: their history begins where they stand.
insert into public.application_status_changes (user_id, application_id, ordinal, from_status, to_status, at)
select user_id, id, 1, null, status, updated_at from public.applications;
