"""Use cases of passkeys: enrol, show, rename and remove."""
