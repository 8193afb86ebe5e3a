-- What was paid for: every call of a language model, without a word of what was asked or answered.

create table public.model_calls (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
  run_id uuid,
  ordinal integer not null check (ordinal > 0),
  agent text not null check (char_length(agent) between 1 and 50),
  model text not null check (char_length(model) between 1 and 200),
  input_tokens integer not null check (input_tokens >= 0),
  output_tokens integer not null check (output_tokens >= 0),
  cost_usd numeric(12, 6) check (cost_usd >= 0),
  duration_ms integer not null check (duration_ms >= 0),
  created_at timestamptz not null default now(),
  -- The run may go, what it cost stays: deleting an application must not refill the day's budget.
  foreign key (user_id, run_id) references public.generation_runs (user_id, id)
    on delete set null (run_id)
);
comment on column public.model_calls.ordinal is 'One-based, within the run.';
comment on column public.model_calls.cost_usd is 'By the price table; null if the model is not in it.';

create unique index model_calls_of_run on public.model_calls (user_id, run_id, ordinal);
create index model_calls_of_user on public.model_calls (user_id, created_at);

revoke all on public.model_calls from public, anon, authenticated, service_role;
grant select, insert on public.model_calls to authenticated;

alter table public.model_calls enable row level security;

create policy "Owners see their model calls" on public.model_calls
  for select to authenticated using ((select auth.uid()) = user_id);
create policy "Owners add model calls of their own" on public.model_calls
  for insert to authenticated with check ((select auth.uid()) = user_id);
