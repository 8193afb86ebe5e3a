-- Who may do what to which column. Projects differ in what they grant by default, so: nothing, then
-- what is needed. Versions, documents and events are only ever added; a run's request never changes.

revoke all on all tables in schema public from public, anon, authenticated, service_role;

grant select, insert, delete on public.job_offers to authenticated;
grant update (title, company, location, language, source_url, closes_on)
  on public.job_offers to authenticated;

grant select, insert, delete on public.applications to authenticated;
grant update (status, job_offer_id, title, company, notes, applied_at)
  on public.applications to authenticated;

grant select, insert on public.generation_runs to authenticated;
grant update (state, percent, step_index, last_sequence, error_reason, error_message, finished_at)
  on public.generation_runs to authenticated;

grant select, insert on public.generation_events to authenticated;

grant select, insert, delete on public.cvs to authenticated;
grant update (title, current_version) on public.cvs to authenticated;

grant select, insert on public.cv_versions to authenticated;

grant select, insert on public.documents to authenticated;

grant select, insert, delete on public.communications to authenticated;
grant update (status, channel, counterpart, subject, body, occurred_at)
  on public.communications to authenticated;

grant select, insert, delete on public.action_points to authenticated;
grant update (title, details, status, priority, position, due_on, completed_at)
  on public.action_points to authenticated;
