-- What the employer offers, and the application for it.
--
-- In every table: `user_id` is the owner, children refer to parents by (user_id, id) because foreign
-- keys don't see row-level security, and indexes begin with user_id, so that one index serves the
-- policy, the foreign key and the query.

create table public.job_offers (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
  title text not null default '' check (char_length(title) <= 300),
  company text not null default '' check (char_length(company) <= 300),
  location text not null default '' check (char_length(location) <= 300),
  language text not null default 'en' check (char_length(language) <= 35),
  source_url text check (source_url ~ '^https?://' and char_length(source_url) <= 2000),
  closes_on date,
  posting text not null default '' check (char_length(posting) <= 100000),
  posting_sha256 text check (posting_sha256 ~ '^[0-9a-f]{64}$'),
  content jsonb not null default '{}' check (jsonb_typeof(content) = 'object'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (user_id, id)
);
comment on column public.job_offers.posting is 'The ad as it was sent; never changed.';
comment on column public.job_offers.content is 'The ad understood: domain.job_offer.JobOffer.';

create table public.applications (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
  status public.application_status not null default 'draft',
  job_offer_id uuid,
  title text not null default '' check (char_length(title) <= 300),
  company text not null default '' check (char_length(company) <= 300),
  notes text not null default '' check (char_length(notes) <= 20000),
  applied_at timestamptz,
  revision integer not null default 1 check (revision > 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (user_id, id),
  foreign key (user_id, job_offer_id) references public.job_offers (user_id, id)
);
comment on column public.applications.job_offer_id is 'Null until the ad has been read.';
comment on column public.applications.title is 'Copy of the offer''s, for lists.';

create index job_offers_newest_first on public.job_offers (user_id, created_at desc, id desc);
create index applications_newest_first on public.applications (user_id, created_at desc, id desc);
create index applications_of_offer on public.applications (user_id, job_offer_id);

create trigger touch_updated_at before update on public.job_offers
  for each row execute function cvtailor.touch_updated_at();
create trigger touch_updated_at before update on public.applications
  for each row execute function cvtailor.touch_updated_at();
create trigger count_revision before update on public.applications
  for each row execute function cvtailor.count_revision();
