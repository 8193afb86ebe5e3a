-- What made each version of a CV, and what went out to the employer: kept as it was, whatever changes later.

alter table public.cv_versions
  add column app_version text not null default '' check (char_length(app_version) <= 100),
  add column models text[] not null default '{}' check (cardinality(models) <= 20),
  add column prompt_versions jsonb not null default '{}' check (jsonb_typeof(prompt_versions) = 'object'),
  add column changes jsonb not null default '[]' check (jsonb_typeof(changes) = 'array');
comment on column public.cv_versions.models is 'Language models that had a part in it, `provider:name`.';
comment on column public.cv_versions.prompt_versions is 'By agent, the digest of the prompt it worked with.';
comment on column public.cv_versions.changes is 'domain.cv_changes.LineChange: the diff to the base CV.';

create table public.submissions (
  user_id uuid not null references auth.users (id) on delete cascade,
  application_id uuid not null,
  cv_id uuid,
  version integer,
  submitted_at timestamptz not null default now(),
  offer jsonb not null check (jsonb_typeof(offer) = 'object'),
  documents jsonb not null check (jsonb_typeof(documents) = 'array'),
  messages jsonb not null check (jsonb_typeof(messages) = 'array'),
  engine text not null,
  app_version text not null,
  models text[] not null,
  prompt_versions jsonb not null,
  changes jsonb not null,
  primary key (user_id, application_id),
  foreign key (user_id, application_id) references public.applications (user_id, id) on delete cascade,
  -- A version that was sent stays as long as its application does.
  foreign key (user_id, cv_id, version) references public.cv_versions (user_id, cv_id, version)
);
comment on table public.submissions is
  'Written by a trigger when an application becomes `submitted`; never changed. Null cv_id: an '
  'application kept by hand, for which no CV was made here.';
comment on column public.submissions.offer is
  'The ad as it was: posting with the hash of it, and what was understood.';

create index submissions_of_version on public.submissions (user_id, cv_id, version);

revoke all on public.submissions from public, anon, authenticated, service_role;
grant select on public.submissions to authenticated;
alter table public.submissions enable row level security;
create policy "Owners see their submissions" on public.submissions
  for select to authenticated using ((select auth.uid()) = user_id);

create function cvtailor.refuse_change() returns trigger
language plpgsql set search_path = '' as $$
begin
  raise exception using
    errcode = 'object_not_in_prerequisite_state',
    message = format('Rows of %s are never changed.', tg_table_name);
end
$$;
revoke execute on function cvtailor.refuse_change() from public;

create trigger never_changed before update on public.submissions
  for each row execute function cvtailor.refuse_change();
create trigger never_changed before update on public.application_status_changes
  for each row execute function cvtailor.refuse_change();

create function cvtailor.keep_what_was_sent() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- Whoever is adding a document to a version holds a lock on it (its foreign key): wait, then look.
  perform from public.cvs c
  join public.cv_versions v on v.user_id = c.user_id and v.cv_id = c.id and v.version = c.current_version
  where c.user_id = new.user_id and c.application_id = new.id
  for update of v;
  insert into public.submissions (
    user_id, application_id, cv_id, version, offer, documents, messages,
    engine, app_version, models, prompt_versions, changes
  )
  select
    new.user_id, new.id, v.cv_id, v.version,
    coalesce(
      (
        select jsonb_build_object(
          'title', o.title, 'company', o.company, 'location', o.location, 'language', o.language,
          'source_url', o.source_url, 'closes_on', o.closes_on, 'content', o.content,
          'posting', o.posting, 'posting_sha256', encode(sha256(convert_to(o.posting, 'UTF8')), 'hex')
        )
        from public.job_offers o where o.user_id = new.user_id and o.id = new.job_offer_id
      ),
      jsonb_build_object('title', new.title, 'company', new.company)
    ),
    coalesce(
      (
        select jsonb_agg(
          jsonb_build_object(
            'name', d.name, 'kind', d.kind, 'media_type', d.media_type, 'path', d.path,
            'size_bytes', d.size_bytes, 'sha256', d.sha256, 'page', d.page
          ) order by d.kind, d.page, d.name
        )
        from public.documents d
        where d.user_id = new.user_id and d.cv_id = v.cv_id and d.version = v.version
      ),
      '[]'
    ),
    coalesce(
      (
        select jsonb_agg(
          jsonb_build_object('id', m.id, 'kind', m.kind, 'subject', m.subject, 'body', m.body)
          order by m.kind, m.created_at, m.id
        )
        from public.communications m
        where m.user_id = new.user_id and m.application_id = new.id and m.direction = 'outbound'
          and (m.run_id is null or m.run_id is not distinct from v.run_id)
      ),
      '[]'
    ),
    coalesce(v.engine, ''), coalesce(v.app_version, ''), coalesce(v.models, '{}'),
    coalesce(v.prompt_versions, '{}'), coalesce(v.changes, '[]')
  from (select) as always
  left join lateral (
    select cv.*
    from public.cvs c
    join public.cv_versions cv
      on cv.user_id = c.user_id and cv.cv_id = c.id and cv.version = c.current_version
    where c.user_id = new.user_id and c.application_id = new.id
    order by c.created_at desc, c.id
    limit 1
  ) as v on true;
  return null;
end
$$;
revoke execute on function cvtailor.keep_what_was_sent() from public;

-- Named to fire after `change_status`, which may refuse the step. What comes back from the archive is not
-- sent again.
create trigger keep_what_was_sent after update of status on public.applications
  for each row when (new.status = 'submitted' and old.status not in ('submitted', 'archived'))
  execute function cvtailor.keep_what_was_sent();

create function cvtailor.refuse_addition_to_what_was_sent() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if exists (
    select from public.submissions s
    where s.user_id = new.user_id and s.cv_id = new.cv_id and s.version = new.version
  ) then
    raise exception using
      errcode = 'check_violation',
      message = format('Version %s of the CV was sent: no document is added to it.', new.version),
      hint = 'Add a new version.';
  end if;
  return null;
end
$$;
revoke execute on function cvtailor.refuse_addition_to_what_was_sent() from public;

-- After the row and its foreign key's lock: a submission that waits for the lock sees the row, and one
-- that had it before is seen here.
create trigger sent_versions_are_complete after insert on public.documents
  for each row execute function cvtailor.refuse_addition_to_what_was_sent();
