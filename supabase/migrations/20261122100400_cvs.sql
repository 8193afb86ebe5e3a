-- Tailored CVs: versions are only ever added, and each keeps its rendered documents.

create table public.cvs (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
  application_id uuid,
  title text not null default '' check (char_length(title) <= 300),
  current_version integer,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (user_id, id),
  foreign key (user_id, application_id) references public.applications (user_id, id) on delete cascade
);

create table public.cv_versions (
  user_id uuid not null default auth.uid(),
  cv_id uuid not null,
  version integer not null check (version > 0),
  run_id uuid,
  engine text not null default '' check (char_length(engine) <= 200),
  theme text not null default '' check (char_length(theme) <= 100),
  content jsonb not null check (jsonb_typeof(content) = 'object'),
  content_sha256 text not null check (content_sha256 ~ '^[0-9a-f]{64}$'),
  base_cv jsonb not null check (jsonb_typeof(base_cv) = 'object'),
  match_report jsonb not null check (jsonb_typeof(match_report) = 'object'),
  created_at timestamptz not null default now(),
  primary key (user_id, cv_id, version),
  foreign key (user_id, cv_id) references public.cvs (user_id, id) on delete cascade,
  foreign key (user_id, run_id) references public.generation_runs (user_id, id)
    on delete set null (run_id)
);
comment on column public.cv_versions.content is 'domain.tailored_cv.TailoredCv: every line with its evidence.';
comment on column public.cv_versions.base_cv is 'domain.base_cv.BaseCv: what the evidence ids point into.';

alter table public.cvs add foreign key (user_id, id, current_version)
  references public.cv_versions (user_id, cv_id, version) deferrable initially deferred;

create table public.documents (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null default auth.uid(),
  cv_id uuid not null,
  version integer not null,
  name text not null check (name ~ '^[a-z0-9][a-z0-9._-]{0,99}$'),
  kind public.document_kind not null,
  media_type text not null check (char_length(media_type) <= 100),
  path text not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  size_bytes integer not null check (size_bytes >= 0),
  page smallint check (page > 0),
  created_at timestamptz not null default now(),
  unique (user_id, cv_id, version, name),
  foreign key (user_id, cv_id, version) references public.cv_versions (user_id, cv_id, version)
    on delete cascade,
  constraint path_is_owner_cv_and_content
    check (path ~ ('^' || user_id || '/' || cv_id || '/' || sha256 || '\.[a-z0-9]{1,8}$'))
);
comment on column public.documents.path is 'Key in the bucket `documents`.';

create index cvs_of_application on public.cvs (user_id, application_id);
create index cvs_current_version on public.cvs (user_id, id, current_version);
create unique index cv_versions_of_run on public.cv_versions (user_id, run_id);

create trigger touch_updated_at before update on public.cvs
  for each row execute function cvtailor.touch_updated_at();
