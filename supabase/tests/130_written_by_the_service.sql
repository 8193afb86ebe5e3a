-- What a run makes comes from the service's login alone. PostgREST, which logs in otherwise, lets the same people read
-- it, and write down what is theirs to write.
\ir setup.psql
select no_plan();

create function pg_temp.refused(statement text, policy text, of text, why text) returns setof text
language plpgsql as $$
begin
  return next throws_ok(
    statement, '42501', format('new row violates row-level security policy "%s" for table "%s"', policy, of), why
  );
end
$$;

select pg_temp.be('ada');
-- More runs than one may begin, as if they had been forgotten two hours ago: workers would take up each of them.
select pg_temp.refused(
  $$ insert into generation_runs (application_id, request_id, request_sha256, request, created_at)
     select pg_temp.thing('application', 'ada'), 'run ' || n, repeat('0', 64), '{}', now() - interval '2 hours'
     from generate_series(1, 5000) n $$,
  'Only the service begins runs', 'generation_runs', 'Nobody begins runs past the limits'
);
select pg_temp.refused(
  $$ insert into generation_runs (application_id, request_id, request_sha256, request, state, finished_at)
     values (pg_temp.thing('application', 'ada'), 'x', repeat('0', 64), '{}', 'succeeded', now()) $$,
  'Only the service begins runs', 'generation_runs', 'Nor writes down one that has ended'
);
select pg_temp.refused(
  $$ update generation_runs set state = 'failed', finished_at = now() $$,
  'Only the service moves runs on', 'generation_runs', 'Nobody frees places by ending runs on paper'
);
select pg_temp.refused(
  $$ insert into generation_events (run_id, sequence, key, at, step_count, percent, payload)
     values (pg_temp.thing('run', 'ada'), 3, 'x', now(), 5, 100, '{}') $$,
  'Only the service adds run events', 'generation_events', 'Nobody else tells of a run'
);
select pg_temp.refused(
  $$ insert into cv_versions (cv_id, version, content, content_sha256, base_cv, match_report)
     values (pg_temp.thing('cv', 'ada'), 2, '{}', repeat('0', 64), '{}', '{}') $$,
  'Only the service adds CV versions', 'cv_versions', 'No version passes the guard by'
);
select pg_temp.refused(
  $$ insert into documents (cv_id, version, name, kind, media_type, path, sha256, size_bytes)
     values (pg_temp.thing('cv', 'ada'), 1, 'x.pdf', 'cv_pdf', 'application/pdf', pg_temp.path('ada', 'x'),
       encode(sha256('x'), 'hex'), 1) $$,
  'Only the service adds documents', 'documents', 'No document is added that it did not render'
);
select pg_temp.refused(
  $$ insert into model_calls (run_id, ordinal, agent, model, input_tokens, output_tokens, cost_usd, duration_ms)
     values (pg_temp.thing('run', 'ada'), 9, 'x', 'x', 1, 1, 0, 1) $$,
  'Only the service notes model calls', 'model_calls', 'Nobody else keeps the accounts'
);
select pg_temp.refused(
  format(
    'insert into communications (application_id, direction, channel, %s)
     values (pg_temp.thing(''application'', ''ada''), ''outbound'', ''email'', %s)', col, val
  ),
  'Only the service adds drafts of runs', 'communications', format('No message passes for a run''s by its %s', col)
)
from (values ('run_id', $$pg_temp.thing('run', 'ada')$$), ('content', $$'{}'$$)) as marks (col, val);

-- What is a person's own to write.
select is(pg_temp.outcome(statement), '1', format('A person %s', what))
from (values
  ('adds a message', $$ insert into communications (application_id, direction, channel, body)
     values (pg_temp.thing('application', 'ada'), 'outbound', 'email', 'Dear all') $$),
  ('changes the letter of a run', $$ update communications set body = 'Dear all'
     where id = pg_temp.thing('letter', 'ada') $$),
  ('adds something to do', $$ insert into action_points (application_id, title)
     values (pg_temp.thing('application', 'ada'), 'Call') $$),
  ('answers', $$ insert into answers (requirement, text) values ('Rust', 'A little.') $$),
  ('keeps notes, and the status', $$ update applications set notes = 'x', status = 'withdrawn'
     where id = pg_temp.thing('application', 'ada') $$),
  ('deletes an application, its runs with it', $$ delete from applications
     where id = pg_temp.thing('application', 'ada') $$)
) as own (what, statement);
select is_empty($$ select from generation_runs $$, 'And no run of it is left');

-- Whoever has a role but not the login is no exception.
select pg_temp.be_role('authenticated');
select isnt(
  pg_temp.outcome($$ update generation_runs set state = 'failed', finished_at = now() $$), '1', 'Nor without a person'
);
select pg_temp.be_role('none');
select is(
  (select state::text from generation_runs where id = pg_temp.thing('run', 'eve')), 'queued', 'Others'' runs go on'
);

select * from finish();
rollback;
