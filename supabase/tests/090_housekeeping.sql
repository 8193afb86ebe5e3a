-- What the engine's login may ask and do of all users' rows, and that nobody else may.
\ir setup.psql
select no_plan();

select bag_eq(
  $$ select p.oid::regprocedure::text, r.rolname::text from pg_proc p, pg_roles r
     where p.pronamespace = 'cvtailor'::regnamespace and not r.rolsuper and r.oid <> p.proowner
       and r.rolname !~ '^(pg_|postgres$|supabase_)'
       and has_function_privilege(r.oid, p.oid, 'execute') $$,
  $$ values
    ('cvtailor.claimed_user()', 'authenticated'),
    ('cvtailor.account_state()', 'authenticated'),
    ('cvtailor.delete_my_records(text)', 'authenticated'),
    ('cvtailor.note_personal_data(text,text,bigint,bigint,bigint,boolean)', 'authenticated'),
    ('cvtailor.extend_log(uuid,jsonb)', 'authenticated'),
    ('cvtailor.runs_waiting(interval,integer)', 'cvtailor_engine'),
    ('cvtailor.runs_waiting_since(timestamp with time zone,interval,integer)', 'cvtailor_engine'),
    ('cvtailor.run_heads(uuid[])', 'cvtailor_engine'),
    ('cvtailor.purge_requests(interval,integer)', 'cvtailor_engine'),
    ('cvtailor.purge_events(interval,integer)', 'cvtailor_engine'),
    ('cvtailor.purge_model_calls(interval,integer)', 'cvtailor_engine'),
    ('cvtailor.purge_personal_data_log(interval,integer)', 'cvtailor_engine'),
    ('cvtailor.orphaned_files(interval,integer)', 'cvtailor_engine') $$,
  'Each function may be executed by one role'
);
select results_eq(
  $$ select rolcanlogin, rolinherit, rolsuper or rolcreaterole or rolcreatedb or rolbypassrls or rolreplication
     from pg_roles where rolname in ('cvtailor_service', 'cvtailor_engine') $$,
  $$ values (true, false, false), (true, false, false) $$,
  'The logins of the service inherit nothing and can do nothing special'
);
select results_eq(
  $$ select member::regrole::text, roleid::regrole::text from pg_auth_members
     where member in ('cvtailor_service'::regrole, 'cvtailor_engine'::regrole) $$,
  $$ values ('cvtailor_service', 'authenticated') $$,
  'One of them can become authenticated, and that is all'
);

-- Runs that wait; every row here is as old as this transaction.
create function pg_temp.waiting(older_than interval) returns setof uuid language sql as $$
  select run_id from cvtailor.runs_waiting(older_than, 1000)
  where user_id in (pg_temp.person('ada'), pg_temp.person('eve'))
$$;
select is_empty($$ select pg_temp.waiting('0 s') $$, 'A run that was just accepted does not wait');
select bag_eq(
  $$ select pg_temp.waiting('-1 s') $$,
  $$ values (pg_temp.thing('run', 'ada')), (pg_temp.thing('run', 'eve')) $$,
  'Runs that nobody took are found'
);
create function pg_temp.waiting_since(since timestamptz, older_than interval, at_most integer) returns setof uuid
language sql as $$
  select run_id from cvtailor.runs_waiting_since(since, older_than, at_most)
  where user_id in (pg_temp.person('ada'), pg_temp.person('eve'))
$$;
select is_empty(
  $$ select pg_temp.waiting_since('-infinity', '0 s', 1000) $$, 'The same, of those after a moment: none waits yet'
);
select bag_eq(
  $$ select pg_temp.waiting_since('-infinity', '-1 s', 1000) $$,
  $$ values (pg_temp.thing('run', 'ada')), (pg_temp.thing('run', 'eve')) $$,
  'Both are found from the beginning of time on'
);
update generation_runs set created_at = '2000-01-01' where id = pg_temp.thing('run', 'ada');
select results_eq(
  $$ select pg_temp.waiting_since('-infinity', '0 s', 1) $$,
  $$ values (pg_temp.thing('run', 'ada')) $$,
  'The oldest comes first, and no more than asked for'
);
select is_empty(
  $$ select pg_temp.waiting_since('2000-01-01', '0 s', 1000) $$, 'Who has seen the oldest does not see it again'
);
update generation_runs set state = 'running' where id = pg_temp.thing('run', 'ada');
select is_empty($$ select pg_temp.waiting_since('-infinity', '0 s', 1000) $$, 'A run that began waits no more');
select results_eq(
  $$ select * from cvtailor.run_heads(array[pg_temp.thing('run', 'ada'), gen_random_uuid()]) $$,
  $$ values (pg_temp.thing('run', 'ada'), pg_temp.person('ada'), 2) $$,
  'How far a log has come is told of the runs that are asked for'
);

-- What is old.
select is(cvtailor.purge_requests('-1 s', 1000) + cvtailor.purge_events('-1 s', 1000), 0, 'A run that goes on is left alone');
update generation_runs set state = 'succeeded', finished_at = '2000-01-01'
where user_id in (pg_temp.person('ada'), pg_temp.person('eve'));
select is(cvtailor.purge_requests('20 years', 1), 1, 'As many as asked for are purged');
select is(cvtailor.purge_requests('20 years', 1000), 1, 'Then the rest');
select is(cvtailor.purge_requests('20 years', 1000), 0, 'Then none');
select results_eq(
  $$ select request, request_sha256 from generation_runs where id = pg_temp.thing('run', 'ada') $$,
  $$ values ('{}'::jsonb, repeat('0', 64)) $$,
  'What was asked is gone, its hash stays'
);
select is(cvtailor.purge_events('20 years', 1000), 2, 'Logs are shortened, each once');
select is(cvtailor.purge_events('20 years', 1000), 0, 'And not again');
select results_eq(
  $$ select e.key, r.first_sequence from generation_events e
     join generation_runs r on r.user_id = e.user_id and r.id = e.run_id
     where r.id = pg_temp.thing('run', 'ada') $$,
  $$ values ('completed', 2) $$,
  'Of a log its end stays'
);
select is(cvtailor.purge_model_calls('1 day', 1000), 0, 'A young model call stays');
update model_calls set created_at = '2000-01-01' where user_id = pg_temp.person('ada');
select is(cvtailor.purge_model_calls('20 years', 1000), 1, 'An old one goes');

-- Files that no document names.
insert into storage.objects (bucket_id, name, created_at) values
  ('documents', pg_temp.path('ada', 'cv'), '2000-01-01'),
  ('documents', pg_temp.path('ada', 'orphan'), '2000-01-01'),
  ('documents', pg_temp.path('ada', 'young orphan'), now()),
  ('documents', 'not ours', '2000-01-01');
select results_eq(
  $$ select * from cvtailor.orphaned_files('20 years', 1000) $$,
  $$ values (pg_temp.person('ada'), pg_temp.path('ada', 'orphan')) $$,
  'Old files that no document names are found, with their owner'
);

select * from finish();
rollback;
