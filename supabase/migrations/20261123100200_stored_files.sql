-- A file that a document names stays: what was sent can be downloaded as long as its record is there.

create index documents_of_path on public.documents (user_id, path);

drop policy "Owners delete their documents' files" on storage.objects;
create policy "Owners delete files that no document of theirs names" on storage.objects
  for delete to authenticated using (
    bucket_id = 'documents'
    and (storage.foldername(name))[1] = (select auth.uid())::text
    and not exists (
      select from public.documents d
      where d.user_id = (select auth.uid()) and d.path = storage.objects.name
    )
  );
