"""What happened, for whoever must find out later: one append-only row per security event.

Every app above calls `services.record`; nobody changes or deletes a row. People appear only as keyed pseudonyms, so that
erasing an account leaves the history intact and anonymous.
"""
