-- Versions of a CV: each goes on from an earlier one of the same CV, and none is ever changed.
\ir setup.psql
select no_plan();

create function pg_temp.add_version(name text, number integer, parent integer, wish text default '')
returns text language sql as $$
  select pg_temp.outcome(format(
    'insert into cv_versions
       (cv_id, version, parent_version, feedback, content, content_sha256, base_cv, match_report)
     values (%L, %s, %s, %L, ''{}'', repeat(''0'', 64), ''{}'', ''{}'')',
    pg_temp.thing('cv', name), number, coalesce(parent::text, 'null'), wish
  ))
$$;

select pg_temp.serve('ada');
select is(pg_temp.add_version('ada', 2, 1, 'Shorter'), '1', 'A version goes on from the one before');
select is(pg_temp.add_version('ada', 3, 1), '1', 'Or from an older one');
select is(pg_temp.add_version('ada', 4, null), '1', 'Or from none');
select is(pg_temp.add_version('ada', 5, 5), '23514', 'Never from itself');
select is(pg_temp.add_version('ada', 5, 6), '23514', 'Nor from a later one');
select is(pg_temp.add_version('ada', 7, 6), '23503', 'Nor from one that is not there');
select is(pg_temp.add_version('ada', 3, 2), '23505', 'A number is given once');
select is(pg_temp.add_version('ada', 5, 4, repeat('x', 2001)), '23514', 'A wish is bounded');
select is(pg_temp.add_version('eve', 2, 1), '23503', 'Nobody adds to another person''s CV');
select pg_temp.be('ada');
select throws_ok('update cv_versions set parent_version = 1', '42501', null, 'Where a version comes from never changes');
select throws_ok('update cv_versions set feedback = ''''', '42501', null, 'Nor what was wished for');

select is(
  pg_temp.outcome(format('delete from cvs where id = %L', pg_temp.thing('cv', 'ada'))), '1',
  'A CV goes with all its versions'
);
select is(
  (select count(*)::int from cv_versions where cv_id = pg_temp.thing('cv', 'ada')), 0, 'None of them stays'
);

select * from finish();
rollback;
