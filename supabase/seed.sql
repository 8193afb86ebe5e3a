-- A demo user's records, for a local project (`supabase db reset` runs this) and for trying things out:
-- three applications, one kept by hand, one generated, one that was sent and led to an interview.
-- Running it again changes nothing. The rendered files themselves are not part of it.

insert into auth.users (id, aud, role, email, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
values (
  'de300000-0000-4000-8000-000000000001', 'authenticated', 'authenticated', 'demo@example.org',
  '{"provider": "email", "providers": ["email"]}', '{"name": "Robin Demo"}', now(), now()
)
on conflict do nothing;

-- Supabase Auth can't list users whose tokens are null; a plain Postgres has no such columns.
do $$
begin
  if to_regclass('auth.identities') is not null then
    update auth.users
    set confirmation_token = '', recovery_token = '', email_change_token_new = '', email_change = ''
    where id = 'de300000-0000-4000-8000-000000000001' and confirmation_token is null;
  end if;
end
$$;

insert into public.job_offers (
  id, user_id, title, company, location, source_url, closes_on, posting, posting_sha256, content, created_at
)
select
  id::uuid, 'de300000-0000-4000-8000-000000000001', content ->> 'title', content ->> 'company',
  content ->> 'location', source_url, (content ->> 'deadline')::date, posting,
  encode(sha256(convert_to(posting, 'UTF8')), 'hex'), content, created_at::timestamptz
from (
  values
    (
      'de300000-0000-4000-8000-0000000000a1', 'https://rail.example/jobs/17', '2026-11-02 09:00+00',
      'Example Rail AG, Zürich, looks for a senior backend engineer. You know Python and Postgres well. '
      'Kafka is a plus. Apply by 31 January 2027 to jobs@rail.example.',
      '{"title": "Senior backend engineer", "company": "Example Rail AG", "location": "Zürich",
        "seniority": "senior", "deadline": "2027-01-31", "contact_email": "jobs@rail.example",
        "skills": ["Python", "PostgreSQL", "Kafka"],
        "requirements": [
          {"id": "requirement[0]", "text": "You know Python and Postgres well", "priority": "must",
           "skills": ["Python", "PostgreSQL"], "span": {"start": 62, "end": 95}},
          {"id": "requirement[1]", "text": "Kafka is a plus", "priority": "nice", "skills": ["Kafka"],
           "span": {"start": 97, "end": 112}}
        ]}'::jsonb
    ),
    (
      'de300000-0000-4000-8000-0000000000a2', 'https://health.example/careers/platform', '2026-11-16 14:30+00',
      'Sample Health GmbH in Berlin hires a platform engineer (hybrid). Must have: Kubernetes, Terraform. '
      'Nice to have: Go.',
      '{"title": "Platform engineer", "company": "Sample Health GmbH", "location": "Berlin",
        "remote_policy": "hybrid", "skills": ["Kubernetes", "Terraform", "Go"],
        "requirements": [
          {"id": "requirement[0]", "text": "Kubernetes", "priority": "must", "skills": ["Kubernetes"],
           "span": {"start": 76, "end": 86}},
          {"id": "requirement[1]", "text": "Terraform", "priority": "must", "skills": ["Terraform"],
           "span": {"start": 88, "end": 97}},
          {"id": "requirement[2]", "text": "Go", "priority": "nice", "skills": ["Go"],
           "span": {"start": 113, "end": 115}}
        ]}'::jsonb
    )
) as offers (id, source_url, created_at, posting, content)
on conflict do nothing;

-- The two that were generated begin `ready`, as a run leaves them; what happened since follows below.
insert into public.applications (id, user_id, status, job_offer_id, title, company, notes, created_at)
values
  (
    'de300000-0000-4000-8000-0000000000b1', 'de300000-0000-4000-8000-000000000001', 'ready',
    'de300000-0000-4000-8000-0000000000a1', 'Senior backend engineer', 'Example Rail AG',
    'Met their team at a meetup.', '2026-11-02 09:00+00'
  ),
  (
    'de300000-0000-4000-8000-0000000000b2', 'de300000-0000-4000-8000-000000000001', 'ready',
    'de300000-0000-4000-8000-0000000000a2', 'Platform engineer', 'Sample Health GmbH', '', '2026-11-16 14:30+00'
  ),
  (
    'de300000-0000-4000-8000-0000000000b3', 'de300000-0000-4000-8000-000000000001', 'draft',
    null, 'Data engineer', 'Specimen Ltd', 'A friend works there; ask for the ad.', '2026-11-20 18:00+00'
  )
on conflict do nothing;

insert into public.generation_runs (
  id, user_id, application_id, request_id, request_sha256, request, state, percent, last_sequence, created_at,
  finished_at
)
values
  (
    'de300000-0000-4000-8000-0000000000c1', 'de300000-0000-4000-8000-000000000001',
    'de300000-0000-4000-8000-0000000000b1', 'demo-1', encode(sha256('demo-1'), 'hex'), '{}', 'succeeded', 100, 2,
    '2026-11-02 09:00+00', '2026-11-02 09:00:06+00'
  ),
  (
    'de300000-0000-4000-8000-0000000000c2', 'de300000-0000-4000-8000-000000000001',
    'de300000-0000-4000-8000-0000000000b2', 'demo-2', encode(sha256('demo-2'), 'hex'), '{}', 'succeeded', 100, 2,
    '2026-11-16 14:30+00', '2026-11-16 14:30:05+00'
  )
on conflict do nothing;

insert into public.generation_events (user_id, run_id, sequence, key, at, step_count, percent, payload)
select r.user_id, r.id, e.sequence, e.key, case e.sequence when 1 then r.created_at else r.finished_at end,
  10, e.percent, e.payload::jsonb
from public.generation_runs r,
  (values
    (1, 'accepted', 0, '{"type": "accepted"}'),
    (2, 'completed', 100,
     '{"type": "completed", "documents": [], "keywords_covered": [], "gaps": [], "pages": 1}')
  ) as e (sequence, key, percent, payload)
where r.user_id = 'de300000-0000-4000-8000-000000000001'
on conflict do nothing;

insert into public.cvs (id, user_id, application_id, title, created_at)
values
  (
    'de300000-0000-4000-8000-0000000000d1', 'de300000-0000-4000-8000-000000000001',
    'de300000-0000-4000-8000-0000000000b1', 'Senior backend engineer', '2026-11-02 09:00:06+00'
  ),
  (
    'de300000-0000-4000-8000-0000000000d2', 'de300000-0000-4000-8000-000000000001',
    'de300000-0000-4000-8000-0000000000b2', 'Platform engineer', '2026-11-16 14:30:05+00'
  )
on conflict do nothing;

insert into public.cv_versions (
  user_id, cv_id, version, run_id, engine, app_version, theme, content, content_sha256, base_cv, match_report,
  changes, created_at
)
select
  'de300000-0000-4000-8000-000000000001', cv_id::uuid, 1, run_id::uuid, 'embedded/1', '1.0.0', 'classic',
  content, encode(sha256(convert_to(content::text, 'UTF8')), 'hex'), base.cv, match_report, changes,
  created_at::timestamptz
from (
  values (
    '{"contact": {"name": "Robin Demo"}, "sections": [
       {"key": "experience", "kind": "experience", "title": "Experience", "entries": [
         {"id": "experience[0]", "kind": "experience", "organisation": "Placeholder Systems", "title": "Engineer",
          "start_date": "2019-04", "end_date": "present", "highlights": [
            {"id": "experience[0].highlights[0]", "text": "Moved 40 Python services to Postgres"},
            {"id": "experience[0].highlights[1]", "text": "Ran three Kubernetes clusters with Terraform"}]}]}]}'::jsonb
  )
) as base (cv),
(
  values
    (
      'de300000-0000-4000-8000-0000000000d1', 'de300000-0000-4000-8000-0000000000c1', '2026-11-02 09:00:06+00',
      '{"contact": {"name": "Robin Demo"}, "sections": [
         {"key": "experience", "kind": "experience", "title": "Experience", "entries": [
           {"source_id": "experience[0]", "kind": "experience", "organisation": "Placeholder Systems",
            "title": "Engineer", "start_date": "2019-04", "end_date": "present", "highlights": [
              {"id": "experience[0].highlights[0]", "text": "Moved 40 Python services to Postgres",
               "evidence_ids": ["experience[0].highlights[0]"]}]}]}]}'::jsonb,
      '{"matches": [
          {"requirement_id": "requirement[0]", "status": "met", "evidence_ids": ["experience[0].highlights[0]"]},
          {"requirement_id": "requirement[1]", "status": "unmet"}],
        "keywords_covered": ["Python", "PostgreSQL"], "gaps": ["Kafka"]}'::jsonb,
      '[{"fate": "kept", "claim_id": "experience[0].highlights[0]", "evidence_ids": ["experience[0].highlights[0]"],
         "before": "Moved 40 Python services to Postgres", "after": "Moved 40 Python services to Postgres"},
        {"fate": "left_out", "evidence_ids": ["experience[0].highlights[1]"],
         "before": "Ran three Kubernetes clusters with Terraform"}]'::jsonb
    ),
    (
      'de300000-0000-4000-8000-0000000000d2', 'de300000-0000-4000-8000-0000000000c2', '2026-11-16 14:30:05+00',
      '{"contact": {"name": "Robin Demo"}, "sections": [
         {"key": "experience", "kind": "experience", "title": "Experience", "entries": [
           {"source_id": "experience[0]", "kind": "experience", "organisation": "Placeholder Systems",
            "title": "Engineer", "start_date": "2019-04", "end_date": "present", "highlights": [
              {"id": "experience[0].highlights[0]", "text": "Ran three Kubernetes clusters with Terraform",
               "evidence_ids": ["experience[0].highlights[1]"]},
              {"id": "experience[0].highlights[1]", "text": "Moved 40 Python services to Postgres",
               "evidence_ids": ["experience[0].highlights[0]"]}]}]}]}'::jsonb,
      '{"matches": [
          {"requirement_id": "requirement[0]", "status": "met", "evidence_ids": ["experience[0].highlights[1]"]},
          {"requirement_id": "requirement[1]", "status": "met", "evidence_ids": ["experience[0].highlights[1]"]},
          {"requirement_id": "requirement[2]", "status": "unmet"}],
        "keywords_covered": ["Kubernetes", "Terraform"], "gaps": ["Go"]}'::jsonb,
      '[{"fate": "kept", "claim_id": "experience[0].highlights[0]", "evidence_ids": ["experience[0].highlights[1]"],
         "before": "Ran three Kubernetes clusters with Terraform",
         "after": "Ran three Kubernetes clusters with Terraform"},
        {"fate": "kept", "claim_id": "experience[0].highlights[1]", "evidence_ids": ["experience[0].highlights[0]"],
         "before": "Moved 40 Python services to Postgres", "after": "Moved 40 Python services to Postgres"}]'::jsonb
    )
) as versions (cv_id, run_id, created_at, content, match_report, changes)
on conflict do nothing;

update public.cvs set current_version = 1
where user_id = 'de300000-0000-4000-8000-000000000001' and current_version is null;

insert into public.documents (user_id, cv_id, version, name, kind, media_type, path, sha256, size_bytes)
select c.user_id, c.id, 1, d.name, d.kind::public.document_kind, d.media_type,
  format('%s/%s/%s.%s', c.user_id, c.id, digest.hex, split_part(d.name, '.', 2)), digest.hex, d.size_bytes
from public.cvs c,
  (values
    ('cv.pdf', 'cv_pdf', 'application/pdf', 48213),
    ('cover-letter.pdf', 'cover_letter', 'application/pdf', 21877)
  ) as d (name, kind, media_type, size_bytes),
  lateral (select encode(sha256(convert_to(c.id || d.name, 'UTF8')), 'hex') as hex) as digest
where c.user_id = 'de300000-0000-4000-8000-000000000001'
on conflict do nothing;

insert into public.communications (
  id, user_id, application_id, run_id, direction, channel, status, kind, counterpart, subject, body, content,
  occurred_at, created_at
)
values
  (
    'de300000-0000-4000-8000-0000000000e1', 'de300000-0000-4000-8000-000000000001',
    'de300000-0000-4000-8000-0000000000b1', 'de300000-0000-4000-8000-0000000000c1', 'outbound', 'email', 'draft',
    'letter', 'jobs@rail.example', 'Application as senior backend engineer',
    E'Dear team,\n\nI moved 40 Python services to Postgres.\n\nKind regards\nRobin Demo',
    '{"subject": "Application as senior backend engineer", "paragraphs": [
       {"id": "letter[0]", "text": "Dear team,"},
       {"id": "letter[1]", "text": "I moved 40 Python services to Postgres.",
        "evidence_ids": ["experience[0].highlights[0]"]},
       {"id": "letter[2]", "text": "Kind regards\nRobin Demo"}]}',
    null, '2026-11-02 09:00:06+00'
  ),
  (
    'de300000-0000-4000-8000-0000000000e2', 'de300000-0000-4000-8000-000000000001',
    'de300000-0000-4000-8000-0000000000b1', null, 'inbound', 'phone', 'received', 'message', 'Ms Weber',
    'Invitation', 'Interview on 3 December at ten, by video.', null, '2026-11-12 10:15+00', '2026-11-12 10:20+00'
  ),
  (
    'de300000-0000-4000-8000-0000000000e3', 'de300000-0000-4000-8000-000000000001',
    'de300000-0000-4000-8000-0000000000b2', 'de300000-0000-4000-8000-0000000000c2', 'outbound', 'email', 'draft',
    'letter', '', 'Application as platform engineer',
    E'Dear team,\n\nI ran three Kubernetes clusters with Terraform.\n\nKind regards\nRobin Demo',
    '{"subject": "Application as platform engineer", "paragraphs": [
       {"id": "letter[0]", "text": "Dear team,"},
       {"id": "letter[1]", "text": "I ran three Kubernetes clusters with Terraform.",
        "evidence_ids": ["experience[0].highlights[1]"]},
       {"id": "letter[2]", "text": "Kind regards\nRobin Demo"}]}',
    null, '2026-11-16 14:30:05+00'
  )
on conflict do nothing;

insert into public.action_points (
  id, user_id, application_id, title, details, status, priority, position, due_on, completed_at
)
values
  (
    'de300000-0000-4000-8000-0000000000f1', 'de300000-0000-4000-8000-000000000001',
    'de300000-0000-4000-8000-0000000000b1', 'Send the application', '', 'done', 0, 0, '2027-01-31',
    '2026-11-03 08:00+00'
  ),
  (
    'de300000-0000-4000-8000-0000000000f2', 'de300000-0000-4000-8000-000000000001',
    'de300000-0000-4000-8000-0000000000b1', 'Prepare for the interview', 'Think of what to say about Kafka.',
    'open', 1, 1, '2026-12-02', null
  ),
  (
    'de300000-0000-4000-8000-0000000000f3', 'de300000-0000-4000-8000-000000000001',
    'de300000-0000-4000-8000-0000000000b2', 'Say something about Go', 'It is asked for, and the CV doesn''t show it.',
    'open', 2, 0, null, null
  ),
  (
    'de300000-0000-4000-8000-0000000000f4', 'de300000-0000-4000-8000-000000000001',
    'de300000-0000-4000-8000-0000000000b3', 'Ask for the ad', '', 'in_progress', 2, 0, null, null
  )
on conflict do nothing;

insert into public.answers (id, user_id, application_id, requirement, text, organisation, title)
values (
  'de300000-0000-4000-8000-000000000091', 'de300000-0000-4000-8000-000000000001',
  'de300000-0000-4000-8000-0000000000b2', 'Terraform', 'Wrote the modules for our clusters.',
  'Placeholder Systems', 'Engineer'
)
on conflict do nothing;

-- What happened to the first one since. The history and what was sent are written by triggers.
update public.applications set status = 'submitted', applied_at = '2026-11-03 08:00+00'
where id = 'de300000-0000-4000-8000-0000000000b1' and status = 'ready';
update public.communications set status = 'sent', occurred_at = '2026-11-03 08:00+00'
where id = 'de300000-0000-4000-8000-0000000000e1' and status = 'draft';
update public.applications set status = 'interviewing'
where id = 'de300000-0000-4000-8000-0000000000b1' and status = 'submitted';
