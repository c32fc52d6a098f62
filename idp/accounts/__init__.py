"""People: who has an account, under which e-mail or phone number, in which role, and whether a password is theirs.

`identifiers` turns what somebody typed into the one spelling that is stored; `services/` holds one use case per file;
`selectors` reads. Login and the protocol stand above and ask here; nothing here knows of sessions, tokens or clients.
"""
