-- Every step an application may take, every one it may not, and the history of those it took.
\ir setup.psql
select no_plan();

-- A way to each status.
create temp table ways (status application_status primary key, way application_status[]);
insert into ways values
  ('generating', '{generating}'), ('failed', '{generating,failed}'), ('cancelled', '{generating,cancelled}'),
  ('draft', '{draft}'), ('ready', '{ready}'), ('submitted', '{ready,submitted}'),
  ('interviewing', '{ready,submitted,interviewing}'), ('offer', '{ready,submitted,interviewing,offer}'),
  ('accepted', '{ready,submitted,offer,accepted}'), ('rejected', '{ready,submitted,rejected}'),
  ('withdrawn', '{draft,withdrawn}'), ('archived', '{ready,submitted,archived}');
grant select on ways to authenticated;

create function pg_temp.application_at(status application_status) returns uuid language plpgsql as $$
declare
  one uuid;
  step application_status;
begin
  for step in select unnest(w.way) from ways w where w.status = application_at.status loop
    if one is null then
      insert into applications (status) values (step) returning id into one;
    else
      update applications a set status = step where a.id = one;
    end if;
  end loop;
  return one;
end
$$;

create function pg_temp.possible_from(status application_status) returns application_status[] language sql as $$
  select coalesce(array_agg(t order by t), '{}')
  from unnest(enum_range(null::application_status)) t
  where t <> status and pg_temp.outcome(
    format('update applications set status = %L where id = %L', t, pg_temp.application_at(status))
  ) = '1'
$$;

select pg_temp.be('ada');
select is(
  (select array_agg(s order by s) from unnest(enum_range(null::application_status)) s
   where pg_temp.outcome(format('insert into applications (status) values (%L)', s)) = '1'),
  '{generating,draft,ready}', 'An application begins while it is generated, as a draft, or ready'
);
select is(pg_temp.possible_from(status), possible, format('From %s', status))
from (values
  ('generating'::application_status, '{failed,cancelled,ready,withdrawn,archived}'::application_status[]),
  ('failed', '{generating,draft,archived}'),
  ('cancelled', '{generating,draft,archived}'),
  ('draft', '{generating,ready,submitted,withdrawn,archived}'),
  ('ready', '{generating,draft,submitted,withdrawn,archived}'),
  ('submitted', '{interviewing,offer,rejected,withdrawn,archived}'),
  ('interviewing', '{offer,rejected,withdrawn,archived}'),
  ('offer', '{accepted,rejected,withdrawn,archived}'),
  ('accepted', '{withdrawn,archived}'),
  ('rejected', '{interviewing,archived}'),
  ('withdrawn', '{archived}'),
  ('archived', '{submitted}')
) as steps (status, possible);
select is((select count(*)::int from ways), cardinality(enum_range(null::application_status)), 'Every status was tried');

select throws_ok(
  format('update applications set status = ''offer'' where id = %L', pg_temp.application_at('draft')),
  '23514', 'An application can''t go from draft to offer.', 'A refused step says from where to where'
);

-- The history.
select set_config('test.id', pg_temp.application_at('offer')::text, true);
update applications set status = 'offer', notes = 'The same again' where id = current_setting('test.id')::uuid;
update applications set status = 'archived' where id = current_setting('test.id')::uuid;
update applications set status = 'offer' where id = current_setting('test.id')::uuid;
select results_eq(
  $$ select ordinal, from_status, to_status from application_status_changes
     where application_id = current_setting('test.id')::uuid order by ordinal $$,
  $$ values (1, null::application_status, 'ready'::application_status), (2, 'ready', 'submitted'),
       (3, 'submitted', 'interviewing'), (4, 'interviewing', 'offer'), (5, 'offer', 'archived'),
       (6, 'archived', 'offer') $$,
  'Every step is in the history, once, and the way back from the archive leads where it was'
);
select pg_temp.be_role('none');
select throws_ok(
  $$ update application_status_changes set at = '2000-01-01' $$, '55000',
  'Rows of application_status_changes are never changed.', 'Not even the owner of the schema rewrites history'
);
-- As it stands after an upgrade, for what was archived before there was a history.
delete from application_status_changes where application_id = current_setting('test.id')::uuid;
insert into application_status_changes (user_id, application_id, ordinal, to_status)
values (pg_temp.person('ada'), current_setting('test.id')::uuid, 1, 'archived');
alter table applications disable trigger change_status;
update applications set status = 'archived' where id = current_setting('test.id')::uuid;
alter table applications enable trigger change_status;
select pg_temp.be('ada');
select is(
  pg_temp.outcome(format('update applications set status = ''draft'' where id = %L', current_setting('test.id'))), '1',
  'What was archived before there was a history comes back as a draft'
);

select * from finish();
rollback;
