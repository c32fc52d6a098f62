"""What a sign-in does, one use case per file. Services know no HTTP; each owns its transaction."""
