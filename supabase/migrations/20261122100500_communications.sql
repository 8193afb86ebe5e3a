-- Messages with the employer, and what the person has to do next.

create table public.communications (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
  application_id uuid not null,
  run_id uuid,
  direction public.communication_direction not null,
  channel public.communication_channel not null,
  status public.communication_status not null default 'draft',
  counterpart text not null default '' check (char_length(counterpart) <= 300),
  subject text not null default '' check (char_length(subject) <= 998),
  body text not null default '' check (char_length(body) <= 100000),
  content jsonb check (jsonb_typeof(content) = 'object'),
  occurred_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (user_id, id),
  foreign key (user_id, application_id) references public.applications (user_id, id) on delete cascade,
  foreign key (user_id, run_id) references public.generation_runs (user_id, id)
    on delete set null (run_id),
  constraint drafts_have_not_happened check ((status = 'draft') = (occurred_at is null)),
  constraint drafts_go_out check (status = 'received' or direction = 'outbound'),
  constraint received_came_in check (status <> 'received' or direction = 'inbound')
);
comment on column public.communications.content is
  'domain.tailored_cv.CoverLetter, if the run wrote it: every paragraph with its evidence.';

create table public.action_points (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
  application_id uuid not null,
  title text not null check (char_length(title) between 1 and 300),
  details text not null default '' check (char_length(details) <= 4000),
  status public.action_status not null default 'open',
  priority smallint not null default 2 check (priority between 0 and 4),
  position smallint not null default 0 check (position >= 0),
  due_on date,
  completed_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  foreign key (user_id, application_id) references public.applications (user_id, id) on delete cascade,
  constraint completed_when_done check ((status = 'done') = (completed_at is not null))
);
comment on column public.action_points.priority is '0 (now) to 4 (some day).';

create index communications_of_application
  on public.communications (user_id, application_id, created_at desc);
create unique index communications_of_run on public.communications (user_id, run_id);
create index action_points_of_application on public.action_points (user_id, application_id, position);
create index action_points_open on public.action_points (user_id, due_on) where status in ('open', 'in_progress');

create trigger touch_updated_at before update on public.communications
  for each row execute function cvtailor.touch_updated_at();
create trigger touch_updated_at before update on public.action_points
  for each row execute function cvtailor.touch_updated_at();
