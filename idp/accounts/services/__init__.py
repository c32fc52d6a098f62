"""What can be done with accounts: one use case per file, keyword-only, typed, without HTTP."""
