-- Functions live in a schema of their own, which PostgREST doesn't expose.

create schema cvtailor;
revoke all on schema cvtailor from public;

create function cvtailor.touch_updated_at() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.updated_at := now();
  return new;
end
$$;

-- Optimistic concurrency: a client sends the revision it has seen (`?revision=eq.3`) and updates
-- nothing if another one was faster.
create function cvtailor.count_revision() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.revision := old.revision + 1;
  return new;
end
$$;

revoke execute on all functions in schema cvtailor from public;
