-- The schema as Postgres has it: every statement answers with (thing, line), and the lines of a thing stand
-- in the order of the statements. Run by `tools/catalog_snapshot.py`.

set local search_path = '';  -- so that names are written with their schemas

create function pg_temp.who(role oid) returns text language sql as $$
  select case role when 0 then 'EVERYBODY' else role::regrole::text end
$$;

-- enums
select 'enum ' || t.oid::regtype, string_agg(e.enumlabel, ', ' order by e.enumsortorder)
from pg_type t join pg_enum e on e.enumtypid = t.oid
where t.typnamespace::regnamespace::text in ('public', 'cvtailor') group by t.oid order by t.oid::regtype::text collate "C";

-- status steps
select 'status steps', format('from %s: %s', coalesce(from_status::text, 'nothing'),
    string_agg(to_status::text, ', ' order by to_status))
from cvtailor.status_steps group by from_status order by from_status nulls first;

-- functions
select format('function %s', p.oid::regprocedure), line from pg_proc p
join pg_language l on l.oid = p.prolang,
lateral (values
    (1, format('returns %s, %s, %s, as its %s', pg_get_function_result(p.oid), l.lanname,
        case p.provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end,
        case when p.prosecdef then 'owner' else 'caller' end)),
    (2, 'set ' || array_to_string(p.proconfig, ', ')),
    (3, 'body sha256:' || left(encode(sha256(convert_to(p.prosrc, 'UTF8')), 'hex'), 16)),
    (4, (select 'executed by ' || string_agg(pg_temp.who(a.grantee), ', ' order by pg_temp.who(a.grantee))
        from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee <> p.proowner))
) as lines (place, line)
where p.pronamespace::regnamespace::text in ('public', 'cvtailor') and line is not null
order by 1, place;

-- schemas
select 'schema ' || n.nspname, line from pg_namespace n,
lateral (values
    (1, (select 'grant ' || string_agg(g.line, '; ' order by g.line) from (
        select format('%s to %s', string_agg(lower(a.privilege_type), ', ' order by a.privilege_type),
            pg_temp.who(a.grantee)) as line
        from aclexplode(n.nspacl) a where a.grantee <> n.nspowner group by a.grantee) g)),
    (2, case when n.nspname = 'dbos' then 'owned by ' || n.nspowner::regrole end)
) as lines (place, line)
where n.nspname in ('cvtailor', 'dbos') and line is not null order by 1, place;

-- logins
select 'login ' || r.rolname, line from pg_roles r,
lateral (values
    (1, concat_ws(', ', case when r.rolcanlogin then 'may log in' end,
        case when r.rolinherit then 'inherits' else 'inherits nothing' end,
        case when r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolreplication
            then 'HAS SPECIAL POWERS' end)),
    (2, (select 'may become ' || string_agg(pg_temp.who(m.roleid), ', ' order by pg_temp.who(m.roleid))
        from pg_auth_members m where m.member = r.oid)),
    (3, 'set ' || array_to_string(r.rolconfig, ', '))
) as lines (place, line)
where r.rolname like 'cvtailor%' and line is not null order by 1, place;

-- buckets
select 'bucket ' || id, concat_ws(', ', case when public then 'PUBLIC' else 'private' end,
    file_size_limit || ' bytes', array_to_string(allowed_mime_types, ' '))
from storage.buckets where id = 'documents';

-- columns
select 'table ' || c.oid::regclass, concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod),
    case when a.attnotnull then 'not null' end, 'default ' || pg_get_expr(d.adbin, d.adrelid))
from pg_attribute a join pg_class c on c.oid = a.attrelid
left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
where c.relnamespace::regnamespace::text in ('public', 'cvtailor') and c.relkind in ('r', 'p')
  and a.attnum > 0 and not a.attisdropped
order by c.oid::regclass::text collate "C", a.attnum;

-- constraints; Postgres 18 keeps `not null` among them too
select 'table ' || conrelid::regclass, format('constraint %I %s', conname, pg_get_constraintdef(oid))
from pg_constraint
where connamespace::regnamespace::text in ('public', 'cvtailor') and contype in ('c', 'f', 'p', 'u')
  and conrelid <> 0
order by 1, position(contype::text in 'pufc'), conname collate "C";

-- indexes
select 'table ' || i.indrelid::regclass, pg_get_indexdef(i.indexrelid)
from pg_index i join pg_class c on c.oid = i.indexrelid
where c.relnamespace::regnamespace::text in ('public', 'cvtailor')
  and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u'))
order by 1, c.relname collate "C";

-- triggers
select 'table ' || tgrelid::regclass, pg_get_triggerdef(t.oid)
from pg_trigger t join pg_class c on c.oid = tgrelid
where c.relnamespace::regnamespace::text in ('public', 'cvtailor') and not tgisinternal order by 1, tgname;

-- row security
select 'table ' || oid::regclass, 'row level security' || case when relforcerowsecurity then ', forced' else '' end
from pg_class where relnamespace::regnamespace::text in ('public', 'cvtailor') and relrowsecurity order by 1;

-- policies
select format('table %I.%I', schemaname, tablename), concat_ws(' ', format('policy %I', policyname),
    case permissive when 'RESTRICTIVE' then 'as restrictive' end, 'for', lower(cmd),
    'to', array_to_string(roles, ', '), 'using ' || qual, 'with check ' || with_check)
from pg_policies where schemaname in ('public', 'cvtailor') or (schemaname, tablename) = ('storage', 'objects')
order by 1, policyname collate "C";

-- grants
select 'table ' || c.oid::regclass, format('grant %s to %s',
    string_agg(lower(a.privilege_type), ', ' order by a.privilege_type), pg_temp.who(a.grantee))
from pg_class c cross join aclexplode(c.relacl) a
where c.relnamespace::regnamespace::text in ('public', 'cvtailor') and c.relkind in ('r', 'p', 'v', 'S')
  and a.grantee <> c.relowner
group by c.oid, a.grantee
union all
select 'table ' || c.oid::regclass, format('grant %s (%s) to %s', lower(a.privilege_type),
    string_agg(t.attname, ', ' order by t.attnum), pg_temp.who(a.grantee))
from pg_attribute t join pg_class c on c.oid = t.attrelid cross join aclexplode(t.attacl) a
where c.relnamespace::regnamespace::text in ('public', 'cvtailor', 'supabase_migrations')
group by c.oid, a.grantee, a.privilege_type
order by 1, 2;

-- publications
select format('table %I.%I', schemaname, tablename), 'published by ' || pubname
from pg_publication_tables where schemaname in ('public', 'cvtailor') order by 1, 2;

