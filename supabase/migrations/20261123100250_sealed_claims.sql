-- The service's login may become any user: it has to, it serves them all. So a statement that somebody
-- smuggled into it could put another user's id into `request.jwt.claims`. Therefore what the service
-- claims is sealed, with a key that no SQL session can read; whoever changes the claims can't seal them.
--
-- The seal is HMAC-SHA256 over the very text of the claims, which end with an expiry. Sessions of other
-- logins (PostgREST, Storage, Realtime) are Supabase's own: their claims hold as they stand.

create table cvtailor.claims_keys (
  inner_pad bytea primary key check (length(inner_pad) = 64),
  outer_pad bytea not null check (length(outer_pad) = 64),
  stored_at timestamptz not null default now()
);
comment on table cvtailor.claims_keys is
  'Made by the migrator from the password of cvtailor_service, as HMAC uses it; the last two, so that a '
  'password can be changed while the service runs. None: the migrator was given no password, and claims '
  'are not sealed.';
revoke all on cvtailor.claims_keys from public, anon, authenticated, service_role;

-- One function says who it is and whether that holds: two could be asked at two moments, with other
-- claims at each.
create function cvtailor.claimed_user() returns uuid
language plpgsql stable security definer set search_path = '' as $$
declare
  claims text := current_setting('request.jwt.claims', true);
  seal text := current_setting('cvtailor.seal', true);
  holds boolean;
begin
  if session_user <> 'cvtailor_service' then
    return auth.uid();
  end if;
  select bool_or(encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(claims, 'UTF8'))), 'hex') = seal)
  into holds from cvtailor.claims_keys k;
  if holds is null and not exists (select from cvtailor.claims_keys) then
    return auth.uid();
  end if;
  if holds is not true then
    raise exception using
      errcode = 'insufficient_privilege',
      message = 'The claims of this transaction are not sealed by the service.',
      hint = 'After a change of its password, run `cvtailor migrate` and restart the service.';
  end if;
  if to_timestamp((claims::jsonb ->> 'exp')::bigint) < now() then
    raise exception using
      errcode = 'insufficient_privilege',
      message = 'The claims of this transaction have expired.',
      hint = 'Compare the clocks of the service and of Postgres.';
  end if;
  return (claims::jsonb ->> 'sub')::uuid;
end
$$;
revoke execute on function cvtailor.claimed_user() from public;
grant usage on schema cvtailor to authenticated;
grant execute on function cvtailor.claimed_user() to authenticated;

create policy "Claims of the service are sealed" on public.job_offers as restrictive
  to authenticated using ((select cvtailor.claimed_user()) = user_id);
create policy "Claims of the service are sealed" on public.applications as restrictive
  to authenticated using ((select cvtailor.claimed_user()) = user_id);
create policy "Claims of the service are sealed" on public.generation_runs as restrictive
  to authenticated using ((select cvtailor.claimed_user()) = user_id);
create policy "Claims of the service are sealed" on public.generation_events as restrictive
  to authenticated using ((select cvtailor.claimed_user()) = user_id);
create policy "Claims of the service are sealed" on public.cvs as restrictive
  to authenticated using ((select cvtailor.claimed_user()) = user_id);
create policy "Claims of the service are sealed" on public.cv_versions as restrictive
  to authenticated using ((select cvtailor.claimed_user()) = user_id);
create policy "Claims of the service are sealed" on public.documents as restrictive
  to authenticated using ((select cvtailor.claimed_user()) = user_id);
create policy "Claims of the service are sealed" on public.communications as restrictive
  to authenticated using ((select cvtailor.claimed_user()) = user_id);
create policy "Claims of the service are sealed" on public.action_points as restrictive
  to authenticated using ((select cvtailor.claimed_user()) = user_id);
create policy "Claims of the service are sealed" on public.answers as restrictive
  to authenticated using ((select cvtailor.claimed_user()) = user_id);
create policy "Claims of the service are sealed" on public.model_calls as restrictive
  to authenticated using ((select cvtailor.claimed_user()) = user_id);
create policy "Claims of the service are sealed" on public.application_status_changes as restrictive
  to authenticated using ((select cvtailor.claimed_user()) = user_id);
create policy "Claims of the service are sealed" on public.submissions as restrictive
  to authenticated using ((select cvtailor.claimed_user()) = user_id);
create policy "Claims of the service are sealed" on storage.objects as restrictive
  to authenticated using (
    bucket_id <> 'documents' or (storage.foldername(name))[1] = (select cvtailor.claimed_user())::text
  );
