-- The bucket of documents: private, a folder a person, files that never change.
\ir setup.psql
select no_plan();

select results_eq(
  $$ select public, file_size_limit from storage.buckets where id = 'documents' $$,
  $$ values (false, 20971520::bigint) $$,
  'The bucket is private, and its files are bounded'
);
select is_empty(
  $$ select policyname from pg_policies
     where schemaname = 'storage' and tablename = 'objects' and cmd in ('UPDATE', 'ALL') and permissive = 'PERMISSIVE'
       and (policyname ~ '^Owners ' or roles && '{public,anon}') $$,
  'No policy lets anybody change a file'
);

create function pg_temp.storing(path text) returns text language sql as $$
  select format('insert into storage.objects (bucket_id, name) values (''documents'', %L)', path)
$$;

select pg_temp.be('eve');
insert into storage.objects (bucket_id, name) values ('documents', pg_temp.path('eve', 'cv'));

select pg_temp.be('ada');
select lives_ok(pg_temp.storing(pg_temp.path('ada', 'cv')), 'A file is stored in its owner''s folder');
select lives_ok(pg_temp.storing(pg_temp.path('ada', 'unnamed')), 'Also one that no document names yet');
select throws_ok(pg_temp.storing(path), '42501', null, format('Not stored: %s', why))
from (values
  ('in another person''s folder', pg_temp.path('eve', 'other')),
  ('in no folder', repeat('0', 64) || '.pdf'),
  ('in no CV''s folder', format('%s/%s.pdf', pg_temp.person('ada'), repeat('0', 64))),
  ('by a name that is not its content''s', format('%s/%s/cv.pdf', pg_temp.person('ada'), pg_temp.thing('cv', 'ada'))),
  ('by a way out of the folder',
   format('%s/../%s/%s.pdf', pg_temp.person('ada'), pg_temp.thing('cv', 'ada'), repeat('0', 64))),
  ('with something behind its name', pg_temp.path('ada', 'cv') || '/x'),
  ('with a line in its name', pg_temp.path('ada', 'cv') || E'\n')
) as wrong (why, path);
select throws_ok(
  $$ insert into storage.objects (bucket_id, name) select 'avatars', pg_temp.path('ada', 'cv') $$,
  null, null, 'Not stored: in another bucket'
);
select throws_ok(
  pg_temp.storing(pg_temp.path('ada', 'cv')), '23505', null, 'The same content is stored once'
);
select bag_eq(
  $$ select name from storage.objects where bucket_id = 'documents' $$,
  $$ values (pg_temp.path('ada', 'cv')), (pg_temp.path('ada', 'unnamed')) $$,
  'People see their own files'
);
select is(
  pg_temp.outcome($$ update storage.objects set name = pg_temp.path('ada', 'changed') where bucket_id = 'documents' $$),
  '0', 'Nobody changes a file'
);
select is(
  pg_temp.outcome($$ delete from storage.objects where name = pg_temp.path('ada', 'cv') $$), '0',
  'A file that a document names stays'
);
select is(
  pg_temp.outcome($$ delete from storage.objects where name = pg_temp.path('ada', 'unnamed') $$), '1',
  'Another one may go'
);
select is(
  pg_temp.outcome($$ delete from storage.objects where name = pg_temp.path('eve', 'cv') $$), '0',
  'But not another person''s'
);
delete from applications;
select is(
  pg_temp.outcome($$ delete from storage.objects where name = pg_temp.path('ada', 'cv') $$), '1',
  'With the application its files may go too'
);

select pg_temp.be_role('anon');
select is_empty(
  $$ select name from storage.objects where bucket_id = 'documents' $$, 'Who has not signed in sees no file'
);
select throws_ok(pg_temp.storing(pg_temp.path('ada', 'cv')), '42501', null, 'And stores none');
select is(
  pg_temp.outcome($$ delete from storage.objects where bucket_id = 'documents' $$), '0', 'And deletes none'
);
select pg_temp.be_role('authenticated');
select is_empty(
  $$ select name from storage.objects where bucket_id = 'documents' $$, 'Without a user no file is seen'
);

select * from finish();
rollback;
