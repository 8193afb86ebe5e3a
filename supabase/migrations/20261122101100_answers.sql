-- What people answered when they were asked about a gap: evidence of their own, kept for later runs.

create table public.answers (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
  application_id uuid,
  requirement text not null check (char_length(requirement) between 1 and 2000),
  text text not null check (char_length(text) between 1 and 500),
  organisation text not null default '' check (char_length(organisation) <= 1000),
  title text not null default '' check (char_length(title) <= 1000),
  created_at timestamptz not null default now(),
  foreign key (user_id, application_id) references public.applications (user_id, id)
    on delete set null (application_id)
);
comment on column public.answers.organisation is
  'With title: finds the job that the answer belongs to, in any version of the CV.';

create index answers_of_user on public.answers (user_id, created_at);
create index answers_of_application on public.answers (user_id, application_id);

revoke all on public.answers from public, anon, authenticated, service_role;
grant select, insert, delete on public.answers to authenticated;

alter table public.answers enable row level security;

create policy "Owners see their answers" on public.answers
  for select to authenticated using ((select auth.uid()) = user_id);
create policy "Owners add answers of their own" on public.answers
  for insert to authenticated with check ((select auth.uid()) = user_id);
create policy "Owners delete their answers" on public.answers
  for delete to authenticated using ((select auth.uid()) = user_id);
