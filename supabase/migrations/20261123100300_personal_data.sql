-- A person may take away everything at once, and the service may ask whether an account still stands.

-- Files are not rows: the service deletes them afterwards, or the sweeper does.
create function cvtailor.delete_my_records(out applications integer, out documents integer)
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
end
$$;

create function cvtailor.account_state() returns text
language sql stable security definer set search_path = '' as $$
  select case
    when u.id is null then 'missing'
    when u.deleted_at is not null then 'deleted'
    when u.banned_until > now() then 'banned'
    else 'active'
  end
  from (select (select cvtailor.claimed_user()) as id) as me left join auth.users u on u.id = me.id
$$;
comment on function cvtailor.account_state() is
  'Of the caller: a token outlives a ban, and an account, by up to an hour.';

revoke execute on function cvtailor.delete_my_records() from public;
revoke execute on function cvtailor.account_state() from public;
grant execute on function cvtailor.delete_my_records() to authenticated;
grant execute on function cvtailor.account_state() to authenticated;
