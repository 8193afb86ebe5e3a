-- Foreign keys don't see row-level security: every one of them names the owner too, so that a child of
-- one person can't hang on a parent of another.
\ir setup.psql
select no_plan();

select is_empty(
  $$ select k.conrelid::regclass, k.conname from pg_constraint k
     join pg_attribute here on here.attrelid = k.conrelid and here.attnum = k.conkey[1]
     join pg_attribute there on there.attrelid = k.confrelid and there.attnum = k.confkey[1]
     where k.contype = 'f' and k.connamespace = 'public'::regnamespace
       and k.confrelid <> 'auth.users'::regclass
       and (here.attname, there.attname) <> ('user_id', 'user_id') $$,
  'Every foreign key between our tables begins with the owner on both sides'
);

create function pg_temp.hangs(statement text, on_what text) returns setof text language plpgsql as $$
begin
  return next throws_ok(statement, '23503', null, format('%s, not of another person', on_what));
end
$$;

-- Eve knows the ids of ada's rows, and names them in rows of her own.
select pg_temp.be('eve');
select pg_temp.hangs(
  $$ insert into applications (job_offer_id) values (pg_temp.thing('offer', 'ada')) $$, 'An application is for an offer'
);
select pg_temp.hangs(
  $$ update applications set job_offer_id = pg_temp.thing('offer', 'ada') $$, 'An application moves to an offer'
);
select pg_temp.hangs(
  $$ insert into cvs (application_id) values (pg_temp.thing('application', 'ada')) $$, 'A CV is for an application'
);
select pg_temp.hangs(
  $$ insert into communications (application_id, direction, channel)
     values (pg_temp.thing('application', 'ada'), 'outbound', 'email') $$,
  'A message is about an application'
);
select pg_temp.hangs(
  $$ insert into action_points (application_id, title) values (pg_temp.thing('application', 'ada'), 'x') $$,
  'Something to do is about an application'
);
select pg_temp.hangs(
  $$ insert into answers (application_id, requirement, text)
     values (pg_temp.thing('application', 'ada'), 'x', 'x') $$,
  'An answer is about an application'
);

-- Nor does the service in her name.
select pg_temp.serve('eve');
select pg_temp.hangs(
  $$ insert into generation_runs (application_id, request_id, request_sha256, request)
     values (pg_temp.thing('application', 'ada'), 'x', repeat('0', 64), '{}') $$,
  'A run is for an application'
);
select pg_temp.hangs(
  $$ insert into generation_events (run_id, sequence, key, at, step_count, percent, payload)
     values (pg_temp.thing('run', 'ada'), 9, 'x', now(), 5, 0, '{}') $$,
  'An event is of a run'
);
select pg_temp.hangs(
  $$ insert into cv_versions (cv_id, version, content, content_sha256, base_cv, match_report)
     values (pg_temp.thing('cv', 'ada'), 2, '{}', repeat('0', 64), '{}', '{}') $$,
  'A version is of a CV'
);
select pg_temp.hangs(
  $$ insert into cv_versions (cv_id, version, run_id, content, content_sha256, base_cv, match_report)
     values (pg_temp.thing('cv', 'eve'), 2, pg_temp.thing('run', 'ada'), '{}', repeat('0', 64), '{}', '{}') $$,
  'A version is made by a run'
);
select pg_temp.hangs(
  $$ insert into documents (cv_id, version, name, kind, media_type, path, sha256, size_bytes)
     select pg_temp.thing('cv', 'ada'), 1, 'x.pdf', 'cv_pdf', 'application/pdf',
       format('%s/%s/%s.pdf', pg_temp.person('eve'), pg_temp.thing('cv', 'ada'), repeat('0', 64)), repeat('0', 64), 1 $$,
  'A document is of a version'
);
select pg_temp.hangs(
  $$ insert into communications (application_id, run_id, direction, channel)
     values (pg_temp.thing('application', 'eve'), pg_temp.thing('run', 'ada'), 'outbound', 'email') $$,
  'A message is drafted by a run'
);
select pg_temp.hangs(
  $$ insert into model_calls (run_id, ordinal, agent, model, input_tokens, output_tokens, duration_ms)
     values (pg_temp.thing('run', 'ada'), 9, 'x', 'x', 1, 1, 1) $$,
  'A model call is of a run'
);

-- Its own document, with a file of somebody else's.
select throws_ok(
  $$ insert into documents (cv_id, version, name, kind, media_type, path, sha256, size_bytes)
     values (pg_temp.thing('cv', 'eve'), 1, 'x.pdf', 'cv_pdf', 'application/pdf',
       pg_temp.path('ada', 'cv'), encode(sha256('cv'), 'hex'), 1) $$,
  '23514', null, 'A document names a file in its owner''s folder'
);

select * from finish();
rollback;
