-- Who took away or deleted what: noted with it, seen by nobody who calls, rewritten by nobody at all.
\ir setup.psql
select no_plan();

create function pg_temp.noted(name text) returns table (action text, call text, rows bigint, files bigint)
language sql as $$
  select action, request_id, row_count, file_count from cvtailor.personal_data_log
  where user_id = pg_temp.person(name) order by id
$$;

select pg_temp.be_role('authenticated');
select throws_ok(
  $$ select cvtailor.note_personal_data('export_began', '', null, null, null, null) $$, '42501', 'Nobody is signed in.',
  'Without a user nothing is noted'
);

select pg_temp.be('ada');
select lives_ok(
  $$ select cvtailor.note_personal_data('export_began', 'call-1', null, null, null, null) $$, 'An export is noted'
);
select lives_ok(
  $$ select cvtailor.note_personal_data('export_ended', 'call-1', 9, 3, 70000, true) $$, 'So is its end'
);
select throws_ok(
  $$ select cvtailor.note_personal_data('records_deleted', '', 1, 1, null, null) $$, '42501', null,
  'Nobody notes a deletion that was none'
);
select throws_ok(
  $$ select cvtailor.note_personal_data('export_began', 'a b', null, null, null, null) $$, '23514', null,
  'The id of a call is one, and no text'
);
select lives_ok($$ select * from cvtailor.delete_my_records('call-2') $$, 'Everything is deleted');
select throws_ok($$ select * from cvtailor.personal_data_log $$, '42501', null, 'Its person does not see the log');
select throws_ok($$ delete from cvtailor.personal_data_log $$, '42501', null, 'And takes nothing out of it');
select throws_ok(
  $$ select cvtailor.purge_personal_data_log('0', 10) $$, '42501', null, 'Nor by what housekeeping does'
);

select pg_temp.be_role('service_role');
select throws_ok($$ select * from cvtailor.personal_data_log $$, '42501', null, 'A secret key does not see it either');

select pg_temp.be_role('none');
select results_eq(
  $$ select * from pg_temp.noted('ada') $$,
  $$ values ('export_began', 'call-1', null::bigint, null::bigint), ('export_ended', 'call-1', 9, 3),
            ('applications_deleted', '', 2, null), ('records_deleted', 'call-2', 2, 1) $$,
  'What was done is there, with how much, though the rows are gone'
);
select is(
  (select count(*) from pg_temp.noted('eve')), 0::bigint, 'Of others nothing is noted'
);

-- By whomever applications go.
select pg_temp.be('eve');
delete from applications where id = pg_temp.thing('application', 'eve');
select pg_temp.be_role('none');
delete from auth.users where id = pg_temp.person('eve');
select ok(
  (select count(*) from pg_temp.noted('eve') where action = 'applications_deleted') between 1 and 2,
  'Deletions past the service are noted too'
);
select is(
  (select sum(rows) from pg_temp.noted('eve')), 2::numeric, 'And those with the account, which the log outlives'
);

-- Whoever it is: also the owner of the schema.
select throws_ok(
  $$ update cvtailor.personal_data_log set user_id = gen_random_uuid() $$, '55000', null, 'Nothing is rewritten'
);
select throws_ok($$ delete from cvtailor.personal_data_log $$, '55000', null, 'Nothing young goes');
select throws_ok($$ truncate cvtailor.personal_data_log $$, '55000', null, 'Nor all at once');
insert into cvtailor.personal_data_log (at, user_id, action)
values (now() - interval '31 days', pg_temp.person('ada'), 'export_began');
select is(cvtailor.purge_personal_data_log('0', 10), 1, 'After a month it may go');
select is(cvtailor.purge_personal_data_log('0', 10), 0, 'What is younger stays, whatever is asked');

select * from finish();
rollback;
