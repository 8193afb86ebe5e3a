-- What went out is kept as it was: the offer, the documents, the messages, what made them.
\ir setup.psql
select no_plan();

select pg_temp.be('ada');
insert into communications (application_id, direction, channel, kind, subject)
values (pg_temp.thing('application', 'ada'), 'outbound', 'email', 'message', 'By the way');
insert into communications (application_id, direction, channel, status, occurred_at, subject)
values (pg_temp.thing('application', 'ada'), 'inbound', 'email', 'received', now(), 'Not ours');
select is_empty(
  $$ select from submissions where application_id = pg_temp.thing('application', 'ada') $$, 'Nothing was sent yet'
);
update applications set status = 'submitted' where id = pg_temp.thing('application', 'ada');

create temp view sent as
select * from submissions where application_id = pg_temp.thing('application', 'ada');
select results_eq(
  $$ select user_id, cv_id, version, engine from sent $$,
  $$ values (pg_temp.person('ada'), pg_temp.thing('cv', 'ada'), 1, 'embedded') $$,
  'The version that was current is the one that was sent'
);
select results_eq(
  $$ select offer ->> 'title', offer ->> 'posting', offer ->> 'posting_sha256' from sent $$,
  $$ values ('Engineer', 'Example AG looks for an engineer.',
       encode(sha256('Example AG looks for an engineer.'), 'hex')) $$,
  'The ad is kept, with the hash of what it says'
);
select results_eq(
  $$ select d ->> 'name', d ->> 'sha256' from sent, jsonb_array_elements(documents) d $$,
  $$ values ('cv.pdf', encode(sha256('cv'), 'hex')) $$,
  'So are the documents, with their hashes'
);
select bag_eq(
  $$ select m ->> 'kind' as kind, m ->> 'subject' as subject from sent, jsonb_array_elements(messages) m $$,
  $$ values ('letter', 'Hello'), ('message', 'By the way') $$,
  'So are the messages that went out'
);

update job_offers set title = 'Another title';
update communications set subject = 'Rewritten' where direction = 'outbound';
select pg_temp.serve('ada');
insert into cv_versions (cv_id, version, content, content_sha256, base_cv, match_report)
values (pg_temp.thing('cv', 'ada'), 2, '{}', repeat('1', 64), '{}', '{}');
select pg_temp.be('ada');
update cvs set current_version = 2;
select results_eq(
  $$ select version, offer ->> 'title', messages @> '[{"subject": "Rewritten"}]' from sent $$,
  $$ values (1, 'Engineer', false) $$,
  'What changes afterwards changes nothing of it'
);
select pg_temp.serve('ada');
select throws_ok(
  $$ insert into documents (cv_id, version, name, kind, media_type, path, sha256, size_bytes)
     values (pg_temp.thing('cv', 'ada'), 1, 'more.pdf', 'cv_pdf', 'application/pdf',
       pg_temp.path('ada', 'more'), encode(sha256('more'), 'hex'), 1) $$,
  '23514', 'Version 1 of the CV was sent: no document is added to it.', 'The version that was sent is complete'
);
select lives_ok(
  $$ insert into documents (cv_id, version, name, kind, media_type, path, sha256, size_bytes)
     values (pg_temp.thing('cv', 'ada'), 2, 'more.pdf', 'cv_pdf', 'application/pdf',
       pg_temp.path('ada', 'more'), encode(sha256('more'), 'hex'), 1) $$,
  'The next version is not'
);
select pg_temp.be('ada');
select throws_ok($$ delete from cvs $$, '23503', null, 'A CV that was sent stays');

-- The archive, and back: the same submission.
update applications set status = 'archived' where id = pg_temp.thing('application', 'ada');
update applications set status = 'submitted' where id = pg_temp.thing('application', 'ada');
select results_eq($$ select version from sent $$, array[1], 'What comes back from the archive is not sent again');

select results_eq(
  $$ select cv_id, documents, offer from submissions
     where application_id = pg_temp.thing('sent application', 'ada') $$,
  $$ values (null::uuid, '[]'::jsonb, '{"title": "", "company": ""}'::jsonb) $$,
  'An application kept by hand is sent without a CV of ours'
);

select pg_temp.be_role('none');
select throws_ok(
  $$ update submissions set version = 2 $$, '55000', 'Rows of submissions are never changed.',
  'Not even the owner of the schema changes what was sent'
);
select pg_temp.be('ada');
select is(
  pg_temp.outcome($$ delete from applications where id = pg_temp.thing('application', 'ada') $$), '1',
  'Whoever deletes the application deletes what was sent'
);
select is_empty($$ select from sent $$, 'And nothing of it is left');
select is_empty($$ select from documents $$, 'Nor of its documents');

select * from finish();
rollback;
