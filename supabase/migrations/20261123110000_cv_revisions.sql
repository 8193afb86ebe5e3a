-- A CV is revised: each further version names the one it was made from, and what was wished for.

alter table public.cv_versions
  add column parent_version integer,
  add column feedback text not null default '' check (char_length(feedback) <= 2000),
  add constraint parents_come_first check (parent_version < version),
  add foreign key (user_id, cv_id, parent_version) references public.cv_versions (user_id, cv_id, version);
comment on column public.cv_versions.parent_version is 'The version it was made from; null for the first.';
comment on column public.cv_versions.feedback is 'What the person wished for, in their own words.';

create index cv_versions_of_parent on public.cv_versions (user_id, cv_id, parent_version);
