-- What holds for everything in `public` and `cvtailor`, whatever is added later.
\ir setup.psql
select no_plan();

select is_empty(
  $$ select oid::regclass from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relrowsecurity $$,
  'Every table in public has row-level security'
);
select is_empty(
  $$ select c.oid::regclass, a.grantee::regrole, a.privilege_type
     from pg_class c cross join aclexplode(c.relacl) a
     where c.relnamespace = 'public'::regnamespace and a.grantee not in (c.relowner, 'authenticated'::regrole)
     union all
     select t.attrelid::regclass, a.grantee::regrole, a.privilege_type
     from pg_attribute t join pg_class c on c.oid = t.attrelid cross join aclexplode(t.attacl) a
     where c.relnamespace = 'public'::regnamespace and a.grantee not in (c.relowner, 'authenticated'::regrole) $$,
  'Nothing in public is granted to anon, to public, or to anybody but its owner and authenticated'
);
select is_empty(
  $$ select tablename, policyname from pg_policies
     where permissive = 'PERMISSIVE' and (cmd = 'ALL' or roles <> '{authenticated}')
       and (schemaname = 'public' or policyname ~ '^Owners ') $$,
  'Every policy that allows is for one command, and for authenticated'
);
select is_empty(
  $$ select schemaname, tablename, policyname from pg_policies
     where schemaname = 'public' and permissive = 'PERMISSIVE'
       and policyname !~ ('^Owners ' || case cmd
         when 'SELECT' then 'see' when 'INSERT' then 'add' when 'UPDATE' then 'change' else 'delete'
       end || ' .+') $$,
  'Every policy is named as a sentence that says its command'
);
select is_empty(
  $$ select tablename, cmd from pg_policies where schemaname = 'public' and permissive = 'PERMISSIVE'
     group by tablename, cmd having count(*) > 1 $$,
  'No command of a table has two policies'
);
select is_empty(
  $$ select tablename, policyname from pg_policies
     where schemaname = 'public' and permissive = 'PERMISSIVE'
       and coalesce(qual, '( SELECT auth.uid() AS uid) = user_id') || coalesce(with_check, '')
         !~ '^\(?\( SELECT auth\.uid\(\) AS uid\) = user_id\)?(\(\( SELECT auth\.uid\(\) AS uid\) = user_id\))?$' $$,
  'Every policy of a table says: the owner, asked once a statement'
);
select is_empty(
  $$ select c.oid::regclass from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not exists (
       select from pg_policies p
       where p.schemaname = 'public' and p.tablename = c.relname and p.permissive = 'RESTRICTIVE'
         and p.cmd = 'ALL' and p.qual ~ 'claimed_user\(\)'
     ) $$,
  'Every table in public takes only sealed claims from the service'
);
select bag_eq(
  $$ select tablename::text, cmd, permissive, roles::text, qual from pg_policies
     where schemaname = 'public' and cmd <> 'ALL' and with_check ~ '^\(SESSION_USER = ''cvtailor_service''::name\)$' $$,
  $$ values
    ('generation_runs', 'INSERT', 'RESTRICTIVE', '{authenticated}', null::text),
    ('generation_runs', 'UPDATE', 'RESTRICTIVE', '{authenticated}', null),
    ('generation_events', 'INSERT', 'RESTRICTIVE', '{authenticated}', null),
    ('cv_versions', 'INSERT', 'RESTRICTIVE', '{authenticated}', null),
    ('documents', 'INSERT', 'RESTRICTIVE', '{authenticated}', null),
    ('model_calls', 'INSERT', 'RESTRICTIVE', '{authenticated}', null) $$,
  'What a run makes is taken from the service''s login only'
);
select is_empty(
  $$ select c.oid::regclass, p from pg_class c, unnest(array['insert', 'update']) p
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
       and c.relname in ('generation_runs', 'generation_events', 'cv_versions', 'documents', 'model_calls')
       and has_any_column_privilege('authenticated', c.oid, p) and not exists (
         select from pg_policies o where o.schemaname = 'public' and o.tablename = c.relname
           and o.cmd = upper(p) and o.permissive = 'RESTRICTIVE' and o.with_check ~ 'SESSION_USER'
       ) $$,
  'Whichever of it is granted'
);
select is_empty(
  $$ select k.conrelid::regclass, k.conname from pg_constraint k
     where k.contype = 'f' and k.connamespace = 'public'::regnamespace and not exists (
       select from pg_index i where i.indrelid = k.conrelid and i.indpred is null
         and (i.indkey::smallint[])[0:cardinality(k.conkey) - 1] @> k.conkey
     ) $$,
  'Every foreign key has an index'
);
select is_empty(
  $$ select c.oid::regclass from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not exists (
       select from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
       where i.indrelid = c.oid and i.indpred is null and a.attname = 'user_id'
     ) $$,
  'Every table has an index that begins with the owner, for its policies'
);
select is_empty(
  $$ select p.oid::regprocedure from pg_proc p
     where p.pronamespace in ('public'::regnamespace, 'cvtailor'::regnamespace)
       and not coalesce(p.proconfig @> '{"search_path=\"\""}', false) $$,
  'Every function has an empty search_path'
);
select is_empty(
  $$ select p.oid::regprocedure from pg_proc p
     where p.pronamespace in ('public'::regnamespace, 'cvtailor'::regnamespace)
       and has_function_privilege('anon', p.oid, 'execute') $$,
  'No function may be executed by everybody, nor by anon'
);
select is_empty(
  $$ select p.oid::regprocedure from pg_proc p
     where p.pronamespace = 'public'::regnamespace and p.prosecdef $$,
  'No function that PostgREST exposes runs as its owner'
);
select is_empty(
  $$ select c.oid::regclass from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('v', 'm') $$,
  'There are no views, which would run as their owner'
);
select is_empty(
  $$ select c.oid::regclass, role from pg_class c, unnest(array['anon', 'authenticated', 'service_role']) role
     where c.relnamespace = 'cvtailor'::regnamespace and c.relkind = 'r'
       and has_table_privilege(role, c.oid, 'select, insert, update, delete, truncate, references, trigger') $$,
  'No table of cvtailor is granted to a role of the API'
);
select bag_eq(
  $$ select tablename::text from pg_publication_tables
     where pubname = 'supabase_realtime' and schemaname = 'public' $$,
  array['generation_events', 'generation_runs'],
  'Runs and their events are published to Realtime, and nothing else'
);

select * from finish();
rollback;
