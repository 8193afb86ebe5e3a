-- The same rule for a document's path, with a pattern that is the same for every row: Postgres keeps
-- compiled patterns, and one made of the row's own ids was compiled anew for each.

alter table public.documents
  drop constraint path_is_owner_cv_and_content,
  add constraint path_is_owner_cv_and_content check (
    starts_with(path, user_id::text || '/' || cv_id::text || '/' || sha256 || '.')
    and substr(path, 140) ~ '^[a-z0-9]{1,8}$'
  );
