-- The log of a run grows by one function: numbered without gaps, each key once, progress never falls.
\ir setup.psql
select no_plan();

create function pg_temp.draft(key text, percent integer, step_index integer default 1) returns jsonb
language sql as $$
  select jsonb_build_object(
    'key', key, 'at', '2026-11-25T10:00:00Z', 'step_index', step_index, 'step_count', 11, 'percent', percent,
    'payload', '{"type": "warned"}'::jsonb
  )
$$;
create function pg_temp.told(name text, variadic drafts jsonb[]) returns text language sql as $$
  select coalesce(string_agg(concat_ws(' ', l.sequence, l.key, l.step_index, l.percent), ', ' order by l.sequence), '')
  from cvtailor.extend_log(pg_temp.thing('run', name), to_jsonb(drafts)) l
$$;

select pg_temp.serve('ada');
select is(
  pg_temp.told('ada', pg_temp.draft('b', 20), pg_temp.draft('a', 30)), '3 b 1 20, 4 a 1 30',
  'Events are numbered in the order in which they came'
);
select is(
  (select concat_ws(' ', state, last_sequence, step_index, percent) from generation_runs
   where id = pg_temp.thing('run', 'ada')),
  'running 4 1 30', 'The run goes with them'
);
select is(pg_temp.told('ada', pg_temp.draft('a', 30), pg_temp.draft('c', 10, 0)), '5 c 1 30',
  'What is in the log already is left out, and progress never falls');
select is(pg_temp.told('ada', pg_temp.draft('a', 90)), '', 'Nothing new changes nothing');
select is(
  (select concat_ws(' ', last_sequence, percent) from generation_runs where id = pg_temp.thing('run', 'ada')),
  '5 30', 'Nor the run'
);
select results_eq(
  format('select sequence, key from generation_events where run_id = %L order by sequence', pg_temp.thing('run', 'ada')),
  $$ values (1, 'accepted'), (2, 'completed'), (3, 'b'), (4, 'a'), (5, 'c') $$,
  'And that is what stands in it'
);

-- It runs as whoever calls it.
select pg_temp.be('ada');
select is(pg_temp.told('eve', pg_temp.draft('x', 5)), '', 'Another person''s run is not there');
select throws_ok(
  $$ select pg_temp.told('ada', pg_temp.draft('x', 5)) $$, '42501', null, 'Nobody but the service tells of a run'
);

select pg_temp.serve('ada');
update generation_runs set state = 'cancelled', finished_at = now() where id = pg_temp.thing('run', 'ada');
select is(pg_temp.told('ada', pg_temp.draft('late', 50)), '', 'A run that has ended says nothing more');

select pg_temp.be_role('none');
select is(
  (select last_sequence from generation_runs where id = pg_temp.thing('run', 'eve')), 2,
  'The other person''s log is as it was'
);

select * from finish();
rollback;
