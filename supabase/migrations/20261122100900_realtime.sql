-- Browsers may follow runs through Supabase Realtime, which applies the same policies.

do $$
begin
  if exists (select from pg_publication where pubname = 'supabase_realtime') then
    alter publication supabase_realtime add table public.generation_runs, public.generation_events;
  end if;
end
$$;
