-- The closed vocabularies. Each has its twin in the service's domain; a test holds them equal.

create type public.application_status as enum (
  'generating', 'failed', 'cancelled', 'draft', 'ready', 'submitted', 'interviewing', 'offer',
  'accepted', 'rejected', 'withdrawn', 'archived'
);
create type public.run_state as enum ('queued', 'running', 'succeeded', 'failed', 'cancelled');
create type public.document_kind as enum (
  'cv_pdf', 'cv_page_png', 'cv_typst', 'cv_yaml', 'match_report', 'cover_letter'
);
create type public.communication_direction as enum ('inbound', 'outbound');
create type public.communication_channel as enum (
  'email', 'phone', 'linkedin', 'portal', 'in_person', 'other'
);
create type public.communication_status as enum ('draft', 'sent', 'received');
create type public.action_status as enum ('open', 'in_progress', 'done', 'dismissed');
