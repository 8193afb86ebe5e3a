-- Which columns an owner may change, and the values that no row takes.
\ir setup.psql
select no_plan();

create temp view changeable as
select c.relname::text as name, array_agg(a.attname::text order by a.attname) as columns
from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
  and has_column_privilege('authenticated', c.oid, a.attnum, 'update')
group by c.relname;

select bag_eq(
  $$ select * from changeable $$,
  $$ values
    ('job_offers', '{closes_on,company,language,location,source_url,title}'::text[]),
    ('applications', '{applied_at,company,job_offer_id,notes,status,title}'),
    ('generation_runs', '{error_message,error_reason,finished_at,last_sequence,percent,state,step_index}'),
    ('cvs', '{current_version,title}'),
    ('communications', '{body,channel,counterpart,occurred_at,status,subject}'),
    ('action_points', '{completed_at,details,due_on,position,priority,status,title}') $$,
  'Owners change these columns, and no other: no id, no owner, no ad, no request, no version'
);

select pg_temp.be('ada');
select throws_ok(format('update %I set %I = %I', name, col, col), '42501', format('permission denied for table %s', name),
  format('%s.%s never changes', name, col))
from (values
  ('job_offers', 'id'), ('job_offers', 'posting'), ('job_offers', 'posting_sha256'), ('job_offers', 'content'),
  ('applications', 'revision'), ('applications', 'created_at'), ('applications', 'updated_at'),
  ('generation_runs', 'request'), ('generation_runs', 'request_sha256'), ('generation_runs', 'application_id'),
  ('generation_runs', 'first_sequence'), ('generation_events', 'payload'),
  ('cv_versions', 'content'), ('cv_versions', 'base_cv'), ('cv_versions', 'changes'), ('cvs', 'application_id'),
  ('documents', 'path'), ('documents', 'sha256'), ('answers', 'text'), ('model_calls', 'cost_usd'),
  ('communications', 'kind'), ('communications', 'direction'), ('submissions', 'offer'),
  ('application_status_changes', 'at')
) as never (name, col);

-- What the columns are kept by.
update applications set notes = 'Call on Monday' where id = pg_temp.thing('application', 'ada');
select is(
  (select revision from applications where id = pg_temp.thing('application', 'ada')), 2, 'A change counts the revision'
);
select is(
  pg_temp.outcome($$ update applications set notes = 'x' where id = pg_temp.thing('application', 'ada') and revision = 1 $$),
  '0', 'Who has seen an older revision changes nothing'
);
select pg_temp.be_role('none');
update applications set updated_at = '2000-01-01' where id = pg_temp.thing('application', 'ada');
select is(
  (select updated_at from applications where id = pg_temp.thing('application', 'ada')), now(),
  'When a row changed is nobody''s to say'
);
select pg_temp.be('ada');

create function pg_temp.takes_not(statement text, why text) returns setof text language plpgsql as $$
begin
  return next throws_ok(statement, '23514', null, why);
end
$$;
select pg_temp.takes_not($$ insert into job_offers (source_url) values ('javascript:alert(1)') $$, 'An ad''s address is of the web');
select pg_temp.takes_not($$ insert into job_offers (posting) values (repeat('x', 100001)) $$, 'An ad is bounded');
select pg_temp.takes_not(
  $$ insert into communications (application_id, direction, channel)
     values (pg_temp.thing('application', 'ada'), 'inbound', 'email') $$,
  'A draft goes out'
);
select pg_temp.takes_not(
  $$ insert into communications (application_id, direction, channel, status, occurred_at)
     values (pg_temp.thing('application', 'ada'), 'outbound', 'email', 'received', now()) $$,
  'What was received came in'
);
select pg_temp.takes_not(
  $$ update communications set status = 'sent' $$, 'What was sent says when'
);
select pg_temp.takes_not($$ update action_points set status = 'done' $$, 'What is done says when');
select pg_temp.takes_not($$ update action_points set priority = 5 $$, 'A priority is 0 to 4');
select throws_ok(
  $$ update cvs set current_version = 7; set constraints all immediate $$,
  '23503', null, 'The current version is one that there is'
);

select pg_temp.serve('ada');
select pg_temp.takes_not(
  $$ update generation_runs set state = 'succeeded' $$, 'A run that ended says when'
);
select pg_temp.takes_not(
  $$ insert into documents (cv_id, version, name, kind, media_type, path, sha256, size_bytes)
     select cv_id, version, '../x', kind, media_type, path, sha256, size_bytes from documents $$,
  'A document''s name is a plain one'
);
select throws_ok(
  $$ insert into generation_runs (application_id, request_id, request_sha256, request)
     values (pg_temp.thing('application', 'ada'), 'first', repeat('1', 64), '{}') $$,
  '23505', null, 'A request id is used once'
);
select throws_ok(
  $$ insert into generation_events (run_id, sequence, key, at, step_count, percent, payload)
     values (pg_temp.thing('run', 'ada'), 3, 'accepted', now(), 5, 0, '{}') $$,
  '23505', null, 'An event is told once'
);

select * from finish();
rollback;
