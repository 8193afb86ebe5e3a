"""Who is calling: Supabase JWTs, and locally minted ones that look the same."""
