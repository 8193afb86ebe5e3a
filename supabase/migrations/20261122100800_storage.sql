-- The documents' bucket: private, a folder a user, a folder a CV in it, and files that never change.
-- Hosted Supabase owns storage.objects: only policies may be added to it.

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values (
  'documents', 'documents', false, 20971520,
  array['application/pdf', 'image/png', 'text/vnd.typst', 'application/yaml', 'text/markdown',
        'text/html', 'text/plain']
)
on conflict (id) do nothing;

create policy "Owners read their documents' files" on storage.objects
  for select to authenticated using (
    bucket_id = 'documents' and (storage.foldername(name))[1] = (select auth.uid())::text
  );
create policy "Owners store files in their own folder" on storage.objects
  for insert to authenticated with check (
    bucket_id = 'documents'
    and name ~ ('^' || (select auth.uid())::text || '/[0-9a-f-]{36}/[0-9a-f]{64}\.[a-z0-9]{1,8}$')
  );
create policy "Owners delete their documents' files" on storage.objects
  for delete to authenticated using (
    bucket_id = 'documents' and (storage.foldername(name))[1] = (select auth.uid())::text
  );
