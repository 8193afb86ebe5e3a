-- A person takes everything away, an account ends, and the service asks whether one still stands.
\ir setup.psql
select no_plan();

create function pg_temp.rows_of(name text) returns table (tbl text, n bigint) language plpgsql as $$
declare
  t text;
begin
  for t in select c.relname from pg_class c
           where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1 loop
    tbl := t;
    execute format('select count(*) from %I where user_id = $1', t) into n using pg_temp.person(name);
    return next;
  end loop;
end
$$;

select is_empty($$ select * from pg_temp.rows_of('ada') where n = 0 $$, 'Ada has rows in every table');

insert into model_calls (user_id, ordinal, agent, model, input_tokens, output_tokens, duration_ms, created_at)
values (pg_temp.person('ada'), 1, 'reader', 'old:model', 1, 1, 1, now() - interval '2 days');
-- Sent too, so that a submission holds on to a version.
update applications set status = 'submitted' where id = pg_temp.thing('application', 'ada');
create temp table eves as select * from pg_temp.rows_of('eve');

select pg_temp.be_role('authenticated');
select throws_ok(
  $$ select cvtailor.delete_my_records() $$, '42501', 'Nobody is signed in.', 'Without a user nothing is deleted'
);
select is(cvtailor.account_state(), 'missing', 'Without a user there is no account');

select pg_temp.be('ada');
select results_eq(
  $$ select * from cvtailor.delete_my_records() $$, $$ values (2, 1) $$, 'Deleting says how much there was'
);
select results_eq(
  $$ select * from cvtailor.delete_my_records() $$, $$ values (0, 0) $$, 'Deleting again finds nothing'
);
select pg_temp.be_role('none');
select results_eq(
  $$ select * from pg_temp.rows_of('ada') where n > 0 $$, $$ values ('model_calls', 1::bigint) $$,
  'Nothing is left but what today''s model calls cost'
);
select is_empty(
  $$ select * from model_calls where user_id = pg_temp.person('ada') and run_id is not null $$,
  'And they name no run any more'
);
select bag_eq($$ select * from pg_temp.rows_of('eve') $$, $$ select * from eves $$, 'Nobody else lost anything');

-- The account.
select pg_temp.be('ada');
select is(cvtailor.account_state(), 'active', 'An account stands');
select pg_temp.be_role('none');
update auth.users set banned_until = now() + interval '1 day' where id = pg_temp.person('ada');
select pg_temp.be('ada');
select is(cvtailor.account_state(), 'banned', 'A ban is told');
select pg_temp.be_role('none');
update auth.users set banned_until = now() - interval '1 day' where id = pg_temp.person('ada');
select pg_temp.be('ada');
select is(cvtailor.account_state(), 'active', 'So is its end');
select pg_temp.be_role('none');
update auth.users set deleted_at = now() where id = pg_temp.person('ada');
select pg_temp.be('ada');
select is(cvtailor.account_state(), 'deleted', 'A deleted account is told');

select pg_temp.be_role('none');
update applications set status = 'submitted' where id = pg_temp.thing('application', 'eve');
delete from auth.users where id = pg_temp.person('eve');
select is_empty($$ select * from pg_temp.rows_of('eve') where n > 0 $$, 'With an account goes every row of it');
select pg_temp.be('eve');
select is(cvtailor.account_state(), 'missing', 'Its token outlives it, and is told so');
select throws_ok(
  $$ insert into applications (title) values ('x') $$, '23503', null, 'And adds nothing'
);

select * from finish();
rollback;
