-- Runs, and the numbered log of each.

create table public.generation_runs (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
  application_id uuid not null,
  request_id text not null check (char_length(request_id) between 1 and 128),
  request_sha256 text not null check (request_sha256 ~ '^[0-9a-f]{64}$'),
  request jsonb not null check (jsonb_typeof(request) = 'object'),
  state public.run_state not null default 'queued',
  percent smallint not null default 0 check (percent between 0 and 100),
  step_index smallint not null default 0 check (step_index >= 0),
  last_sequence integer not null default 0 check (last_sequence >= 0),
  error_reason text not null default '' check (char_length(error_reason) <= 100),
  error_message text not null default '' check (char_length(error_message) <= 4000),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  finished_at timestamptz,
  unique (user_id, id),
  unique (user_id, request_id),
  foreign key (user_id, application_id) references public.applications (user_id, id) on delete cascade,
  constraint finished_when_ended
    check ((state in ('succeeded', 'failed', 'cancelled')) = (finished_at is not null))
);
comment on column public.generation_runs.request is 'domain.application.ApplicationRequest; never changed.';
comment on column public.generation_runs.request_sha256 is
  'Of the canonical request, so that a request id is not used for two things.';

create table public.generation_events (
  user_id uuid not null default auth.uid(),
  run_id uuid not null,
  sequence integer not null check (sequence > 0),
  key text not null check (char_length(key) between 1 and 200),
  at timestamptz not null,
  step_index smallint not null default 0 check (step_index >= 0),
  step_count smallint not null check (step_count >= 0),
  percent smallint not null check (percent between 0 and 100),
  payload jsonb not null check (jsonb_typeof(payload) = 'object' and pg_column_size(payload) <= 4000000),
  primary key (user_id, run_id, sequence),
  unique (user_id, run_id, key),
  foreign key (user_id, run_id) references public.generation_runs (user_id, id) on delete cascade
);
comment on column public.generation_events.key is
  'Names the event within its run: a step repeated after a crash says nothing twice.';

create index runs_of_application on public.generation_runs (user_id, application_id, created_at desc);
create index runs_waiting on public.generation_runs (created_at) where state = 'queued';

create trigger touch_updated_at before update on public.generation_runs
  for each row execute function cvtailor.touch_updated_at();
