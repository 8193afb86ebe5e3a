-- Row-level security: the owner, and nobody else. One policy a command. `auth.uid()` is wrapped in a
-- select so that it is asked once a statement, not once a row.

alter table public.job_offers enable row level security;
alter table public.applications enable row level security;
alter table public.generation_runs enable row level security;
alter table public.generation_events enable row level security;
alter table public.cvs enable row level security;
alter table public.cv_versions enable row level security;
alter table public.documents enable row level security;
alter table public.communications enable row level security;
alter table public.action_points enable row level security;

create policy "Owners see their job offers" on public.job_offers
  for select to authenticated using ((select auth.uid()) = user_id);
create policy "Owners change their job offers" on public.job_offers
  for update to authenticated using ((select auth.uid()) = user_id) with check ((select auth.uid()) = user_id);
create policy "Owners add job offers of their own" on public.job_offers
  for insert to authenticated with check ((select auth.uid()) = user_id);
create policy "Owners delete their job offers" on public.job_offers
  for delete to authenticated using ((select auth.uid()) = user_id);

create policy "Owners see their applications" on public.applications
  for select to authenticated using ((select auth.uid()) = user_id);
create policy "Owners change their applications" on public.applications
  for update to authenticated using ((select auth.uid()) = user_id) with check ((select auth.uid()) = user_id);
create policy "Owners add applications of their own" on public.applications
  for insert to authenticated with check ((select auth.uid()) = user_id);
create policy "Owners delete their applications" on public.applications
  for delete to authenticated using ((select auth.uid()) = user_id);

create policy "Owners see their runs" on public.generation_runs
  for select to authenticated using ((select auth.uid()) = user_id);
create policy "Owners change their runs" on public.generation_runs
  for update to authenticated using ((select auth.uid()) = user_id) with check ((select auth.uid()) = user_id);
create policy "Owners add runs of their own" on public.generation_runs
  for insert to authenticated with check ((select auth.uid()) = user_id);

create policy "Owners see their run events" on public.generation_events
  for select to authenticated using ((select auth.uid()) = user_id);
create policy "Owners add run events of their own" on public.generation_events
  for insert to authenticated with check ((select auth.uid()) = user_id);

create policy "Owners see their CVs" on public.cvs
  for select to authenticated using ((select auth.uid()) = user_id);
create policy "Owners change their CVs" on public.cvs
  for update to authenticated using ((select auth.uid()) = user_id) with check ((select auth.uid()) = user_id);
create policy "Owners add CVs of their own" on public.cvs
  for insert to authenticated with check ((select auth.uid()) = user_id);
create policy "Owners delete their CVs" on public.cvs
  for delete to authenticated using ((select auth.uid()) = user_id);

create policy "Owners see their CV versions" on public.cv_versions
  for select to authenticated using ((select auth.uid()) = user_id);
create policy "Owners add CV versions of their own" on public.cv_versions
  for insert to authenticated with check ((select auth.uid()) = user_id);

create policy "Owners see their documents" on public.documents
  for select to authenticated using ((select auth.uid()) = user_id);
create policy "Owners add documents of their own" on public.documents
  for insert to authenticated with check ((select auth.uid()) = user_id);

create policy "Owners see their communications" on public.communications
  for select to authenticated using ((select auth.uid()) = user_id);
create policy "Owners change their communications" on public.communications
  for update to authenticated using ((select auth.uid()) = user_id) with check ((select auth.uid()) = user_id);
create policy "Owners add communications of their own" on public.communications
  for insert to authenticated with check ((select auth.uid()) = user_id);
create policy "Owners delete their communications" on public.communications
  for delete to authenticated using ((select auth.uid()) = user_id);

create policy "Owners see their action points" on public.action_points
  for select to authenticated using ((select auth.uid()) = user_id);
create policy "Owners change their action points" on public.action_points
  for update to authenticated using ((select auth.uid()) = user_id) with check ((select auth.uid()) = user_id);
create policy "Owners add action points of their own" on public.action_points
  for insert to authenticated with check ((select auth.uid()) = user_id);
create policy "Owners delete their action points" on public.action_points
  for delete to authenticated using ((select auth.uid()) = user_id);
