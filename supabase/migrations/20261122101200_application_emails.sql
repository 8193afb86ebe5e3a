-- A run drafts two messages: the letter, and the e-mail that carries it.

create type public.communication_kind as enum ('message', 'letter', 'email');

alter table public.communications
  add column kind public.communication_kind not null default 'message';
comment on column public.communications.kind is
  'What it is for the application; a run drafts at most one letter and one e-mail.';
comment on column public.communications.content is
  'domain.tailored_cv.Message, if a run wrote it: every paragraph with its evidence.';

update public.communications set kind = 'letter' where run_id is not null;

drop index public.communications_of_run;
create unique index communications_of_run on public.communications (user_id, run_id, kind);

alter type public.document_kind add value 'email';
