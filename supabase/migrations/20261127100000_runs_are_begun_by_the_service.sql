-- What a run makes, the service alone writes, as the run's owner. Over PostgREST the same people come under the same
-- role, and read it. Limits on runs, bounds on requests and the budget for models are kept by the service's code:
-- whoever wrote past it would be held by none of them, and workers take up whatever run says `queued`.
--
-- `session_user` is the login: PostgREST's is `authenticator`. No `set role`, claim or pooler changes it. Policies don't
-- concern the owner of the tables, nor what runs as it: foreign keys, triggers and housekeeping.
--
-- An update is refused by its `with check`, not passed over in silence: who tries is told why.

create policy "Only the service begins runs" on public.generation_runs as restrictive
  for insert to authenticated with check (session_user = 'cvtailor_service');
create policy "Only the service moves runs on" on public.generation_runs as restrictive
  for update to authenticated with check (session_user = 'cvtailor_service');
create policy "Only the service adds run events" on public.generation_events as restrictive
  for insert to authenticated with check (session_user = 'cvtailor_service');
create policy "Only the service adds CV versions" on public.cv_versions as restrictive
  for insert to authenticated with check (session_user = 'cvtailor_service');
create policy "Only the service adds documents" on public.documents as restrictive
  for insert to authenticated with check (session_user = 'cvtailor_service');
create policy "Only the service notes model calls" on public.model_calls as restrictive
  for insert to authenticated with check (session_user = 'cvtailor_service');

-- People write messages down themselves; what a run drafted is known by its run, and by the evidence beside it.
create policy "Only the service adds drafts of runs" on public.communications as restrictive
  for insert to authenticated
  with check (session_user = 'cvtailor_service' or (run_id is null and content is null));
