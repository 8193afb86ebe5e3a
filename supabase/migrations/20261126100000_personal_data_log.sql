-- What was taken out of the house of somebody's data, or deleted for ever: a log that users don't see and nobody
-- rewrites.
--
-- It outlives the rows it tells of, so it holds none of their words: whose (an id, with no foreign key to the account),
-- what, when, in which call, and how much. The id stays as it is. Whoever must show that a deletion was made is asked
-- by it; it is random, and a hash of it would be as easily compared by whoever has the id. Without the account it
-- leads to nobody.

create table cvtailor.personal_data_log (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  user_id uuid not null,
  action text not null check (action in (
    'export_began', 'export_ended', 'records_deleted', 'applications_deleted', 'files_deleted')),
  request_id text not null default '' check (request_id ~ '^[A-Za-z0-9._-]{0,64}$'),
  row_count bigint check (row_count >= 0),
  file_count bigint check (file_count >= 0),
  byte_count bigint check (byte_count >= 0),
  complete boolean
);
comment on table cvtailor.personal_data_log is
  'An export that began and has no end was cut off by a crash. `applications_deleted` is whoever deleted, by the '
  'service, PostgREST, SQL, or with the account.';
comment on column cvtailor.personal_data_log.request_id is 'The x-request-id of the call; empty: by no call of the service.';
comment on column cvtailor.personal_data_log.row_count is 'Of a deletion: applications.';
comment on column cvtailor.personal_data_log.file_count is 'Of `records_deleted`: documents that records named.';
comment on column cvtailor.personal_data_log.complete is 'Whether an export was sent to its end.';

create index personal_data_log_oldest_first on cvtailor.personal_data_log (at);
create index personal_data_log_of_user on cvtailor.personal_data_log (user_id, at);
revoke all on cvtailor.personal_data_log from public, anon, authenticated, service_role;

create trigger never_changed before update on cvtailor.personal_data_log
  for each row execute function cvtailor.refuse_change();
create trigger never_emptied before truncate on cvtailor.personal_data_log
  for each statement execute function cvtailor.refuse_change();

create function cvtailor.refuse_early_deletion() returns trigger
language plpgsql set search_path = '' as $$
begin
  if old.at > now() - interval '30 days' then
    raise exception using
      errcode = 'object_not_in_prerequisite_state',
      message = format('Rows of %s are kept for 30 days at least.', tg_table_name);
  end if;
  return old;
end
$$;
create trigger kept_for_a_month before delete on cvtailor.personal_data_log
  for each row execute function cvtailor.refuse_early_deletion();

create function cvtailor.note_personal_data(
  action text, request_id text, row_count bigint, file_count bigint, byte_count bigint, complete boolean
) returns void
language plpgsql security definer set search_path = '' as $$
declare
  me uuid := (select cvtailor.claimed_user());
begin
  if me is null then
    raise exception using errcode = 'insufficient_privilege', message = 'Nobody is signed in.';
  end if;
  if action not in ('export_began', 'export_ended', 'files_deleted') then
    raise exception using
      errcode = 'insufficient_privilege', message = 'Deleted rows are noted by what deletes them.';
  end if;
  insert into cvtailor.personal_data_log (user_id, action, request_id, row_count, file_count, byte_count, complete)
  values (me, action, request_id, row_count, file_count, byte_count, complete);
end
$$;
comment on function cvtailor.note_personal_data(text, text, bigint, bigint, bigint, boolean) is
  'Of the caller: what the database does not see by itself.';

-- The release before this one calls it without a request id.
drop function cvtailor.delete_my_records();
create function cvtailor.delete_my_records(
  request_id text default '', out applications integer, out documents integer
)
language plpgsql security definer set search_path = '' as $$
declare
  me uuid := (select cvtailor.claimed_user());
begin
  if me is null then
    raise exception using errcode = 'insufficient_privilege', message = 'Nobody is signed in.';
  end if;
  select count(*) into documents from public.documents d where d.user_id = me;
  delete from public.applications a where a.user_id = me;
  get diagnostics applications = row_count;
  delete from public.cvs c where c.user_id = me;
  delete from public.job_offers o where o.user_id = me;
  delete from public.answers a where a.user_id = me;
  -- Numbers without words: what today's calls cost stays until midnight UTC, so that deleting does not
  -- refill the day's budget.
  delete from public.model_calls m
  where m.user_id = me and m.created_at < date_trunc('day', now() at time zone 'utc') at time zone 'utc';
  insert into cvtailor.personal_data_log (user_id, action, request_id, row_count, file_count)
  values (me, 'records_deleted', request_id, applications, documents);
end
$$;

-- Also of those that go by cascade, with their account.
create function cvtailor.log_deleted_applications() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into cvtailor.personal_data_log (user_id, action, row_count)
  select g.user_id, 'applications_deleted', count(*) from gone g group by g.user_id;
  return null;
end
$$;
create trigger deletions_are_logged after delete on public.applications
  referencing old table as gone
  for each statement execute function cvtailor.log_deleted_applications();

create function cvtailor.purge_personal_data_log(older_than interval, at_most integer) returns integer
language sql volatile security definer set search_path = '' as $$
  with purged as (
    delete from cvtailor.personal_data_log l
    where l.id in (
      select o.id from cvtailor.personal_data_log o
      where o.at < now() - greatest(older_than, interval '30 days') order by o.at limit at_most
    )
    returning 1
  )
  select count(*)::integer from purged
$$;
comment on function cvtailor.purge_personal_data_log(interval, integer) is
  'Deletes entries that old, and none younger than 30 days; returns how many.';

revoke execute on function cvtailor.refuse_early_deletion() from public;
revoke execute on function cvtailor.note_personal_data(text, text, bigint, bigint, bigint, boolean) from public;
revoke execute on function cvtailor.delete_my_records(text) from public;
revoke execute on function cvtailor.log_deleted_applications() from public;
revoke execute on function cvtailor.purge_personal_data_log(interval, integer) from public;
grant execute on function cvtailor.note_personal_data(text, text, bigint, bigint, bigint, boolean) to authenticated;
grant execute on function cvtailor.delete_my_records(text) to authenticated;
grant execute on function cvtailor.purge_personal_data_log(interval, integer) to cvtailor_engine;
