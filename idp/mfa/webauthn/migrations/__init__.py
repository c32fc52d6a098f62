"""Schema of passkeys, one migration for each change."""
