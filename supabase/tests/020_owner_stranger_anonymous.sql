-- Every table, every command: its owner may what is granted, a stranger finds nothing there, and who has
-- not signed in is turned away. So is the project's own secret key, which the service never uses.
\ir setup.psql
select no_plan();

create temp table tried (name text);

-- `adds` inserts one row of ada's (with `thing('new', 'ada')` as its id, if it has one), `changes` is
-- what an update sets, `may` lists the commands that are open to people beside select.
create function pg_temp.guards(of text, adds text, changes text, may text[]) returns setof text
language plpgsql as $$
declare
  looks text := format('select from %I', of);
  alters text := format('update %I set %s where user_id = pg_temp.person(''ada'')', of, changes);
  removes text := format('delete from %I where user_id = pg_temp.person(''ada'')', of);
  role text;
  mine text;
begin
  insert into tried values (of);
  execute format('select count(*) from %I where user_id = pg_temp.person(''ada'')', of) into mine;
  return next isnt(mine, '0', format('%s: there is something to guard', of));

  foreach role in array array['anon', 'service_role'] loop
    perform pg_temp.be_role(role);
    return next is(pg_temp.outcome(looks), '42501', format('%s: %s does not see', of, role));
    return next is(pg_temp.outcome(adds), '42501', format('%s: %s does not add', of, role));
    return next is(pg_temp.outcome(alters), '42501', format('%s: %s does not change', of, role));
    return next is(pg_temp.outcome(removes), '42501', format('%s: %s does not delete', of, role));
  end loop;

  perform pg_temp.be_role('authenticated');
  return next is(pg_temp.outcome(looks), '0', format('%s: without a user nothing is seen', of));
  return next isnt(pg_temp.outcome(adds), '1', format('%s: without a user nothing is added', of));

  perform pg_temp.be('eve');
  return next is(
    pg_temp.outcome(looks || ' where user_id = pg_temp.person(''ada'')'), '0', format('%s: a stranger does not see', of)
  );
  return next is(pg_temp.outcome(adds), '42501', format('%s: a stranger does not add', of));
  return next is(
    pg_temp.outcome(alters), case when has_any_column_privilege(of, 'update') then '0' else '42501' end,
    format('%s: a stranger does not change', of)
  );
  return next is(
    pg_temp.outcome(removes), case when 'delete' = any (may) then '0' else '42501' end,
    format('%s: a stranger does not delete', of)
  );
  return next isnt(pg_temp.outcome(looks), '0', format('%s: the stranger has rows too', of));

  perform pg_temp.be('ada');
  return next is(pg_temp.outcome(looks), mine, format('%s: its owner sees all of hers, and no other', of));
  return next is(
    pg_temp.outcome(alters), case when 'update' = any (may) then mine else '42501' end,
    format('%s: its owner %s', of, case when 'update' = any (may) then 'changes' else 'never changes' end)
  );
  return next is(
    pg_temp.outcome(adds), case when 'insert' = any (may) then '1' else '42501' end,
    format('%s: its owner %s', of, case when 'insert' = any (may) then 'adds' else 'does not add' end)
  );
  return next is(
    pg_temp.outcome(case when 'delete' = any (may) then removes || ' and id = pg_temp.thing(''new'', ''ada'')' else removes end),
    case when 'delete' = any (may) then '1' else '42501' end,
    format('%s: its owner %s', of, case when 'delete' = any (may) then 'deletes' else 'does not delete' end)
  );
  perform pg_temp.be_role('none');
end
$$;

select pg_temp.guards('job_offers',
  $$ insert into job_offers (id, user_id) values (pg_temp.thing('new', 'ada'), pg_temp.person('ada')) $$,
  'title = ''changed''', '{insert,update,delete}');
select pg_temp.guards('applications',
  $$ insert into applications (id, user_id) values (pg_temp.thing('new', 'ada'), pg_temp.person('ada')) $$,
  'notes = ''changed''', '{insert,update,delete}');
select pg_temp.guards('application_status_changes',
  $$ insert into application_status_changes (user_id, application_id, ordinal, to_status)
     values (pg_temp.person('ada'), pg_temp.thing('application', 'ada'), 9, 'offer') $$,
  'to_status = ''offer''', '{}');
select pg_temp.guards('submissions',
  $$ insert into submissions (user_id, application_id, offer, documents, messages, engine, app_version, models,
       prompt_versions, changes)
     values (pg_temp.person('ada'), pg_temp.thing('application', 'ada'), '{}', '[]', '[]', '', '', '{}', '{}', '[]') $$,
  'engine = ''changed''', '{}');
select pg_temp.guards('generation_runs',
  $$ insert into generation_runs (user_id, application_id, request_id, request_sha256, request)
     values (pg_temp.person('ada'), pg_temp.thing('application', 'ada'), 'second', repeat('0', 64), '{}') $$,
  'percent = 50', '{}');
select pg_temp.guards('generation_events',
  $$ insert into generation_events (user_id, run_id, sequence, key, at, step_count, percent, payload)
     values (pg_temp.person('ada'), pg_temp.thing('run', 'ada'), 3, 'third', now(), 5, 100, '{}') $$,
  'percent = 50', '{}');
select pg_temp.guards('cvs',
  $$ insert into cvs (id, user_id) values (pg_temp.thing('new', 'ada'), pg_temp.person('ada')) $$,
  'title = ''changed''', '{insert,update,delete}');
select pg_temp.guards('cv_versions',
  $$ insert into cv_versions (user_id, cv_id, version, content, content_sha256, base_cv, match_report)
     values (pg_temp.person('ada'), pg_temp.thing('cv', 'ada'), 2, '{}', repeat('0', 64), '{}', '{}') $$,
  'engine = ''changed''', '{}');
select pg_temp.guards('documents',
  $$ insert into documents (user_id, cv_id, version, name, kind, media_type, path, sha256, size_bytes)
     values (pg_temp.person('ada'), pg_temp.thing('cv', 'ada'), 1, 'letter.pdf', 'cover_letter',
       'application/pdf', pg_temp.path('ada', 'letter'), encode(sha256('letter'), 'hex'), 1) $$,
  'name = ''changed''', '{}');
select pg_temp.guards('communications',
  $$ insert into communications (id, user_id, application_id, direction, channel)
     values (pg_temp.thing('new', 'ada'), pg_temp.person('ada'), pg_temp.thing('application', 'ada'),
       'outbound', 'email') $$,
  'subject = ''changed''', '{insert,update,delete}');
select pg_temp.guards('action_points',
  $$ insert into action_points (id, user_id, application_id, title)
     values (pg_temp.thing('new', 'ada'), pg_temp.person('ada'), pg_temp.thing('application', 'ada'), 'Call') $$,
  'title = ''changed''', '{insert,update,delete}');
select pg_temp.guards('answers',
  $$ insert into answers (id, user_id, requirement, text)
     values (pg_temp.thing('new', 'ada'), pg_temp.person('ada'), 'Rust', 'A little.') $$,
  'text = ''changed''', '{insert,delete}');
select pg_temp.guards('model_calls',
  $$ insert into model_calls (user_id, ordinal, agent, model, input_tokens, output_tokens, duration_ms)
     values (pg_temp.person('ada'), 2, 'reader', 'some:model', 1, 1, 1) $$,
  'cost_usd = 0', '{}');

select bag_eq(
  $$ select name from tried $$,
  $$ select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') $$,
  'Every table was tried'
);

select pg_temp.be('ada');
select is(
  pg_temp.outcome($$ insert into applications (title) values ('Mine') $$), '1',
  'A row that names no owner is of who adds it'
);
select is(
  (select user_id from applications where title = 'Mine'), pg_temp.person('ada'), 'And that is its owner'
);
select throws_ok(
  $$ update applications set user_id = pg_temp.person('eve') $$, '42501', null, 'Nothing is given away to somebody else'
);

select * from finish();
rollback;
