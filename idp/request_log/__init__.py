"""The request log: which API routes were called, when, from where, how they ended and how long they took. Nothing else.

drf-api-logger brings the table, the middleware and the charts; what it would store by default (addresses with their query,
headers, bodies) and how it would store it (a thread that the first database error ends, an unbounded queue, a signal handler
of its own) is replaced here. `middleware.py` decides what is logged and what an entry holds, `writer.py` carries entries to
the table without ever holding up or breaking an answer, `apps.py` installs both in place of the library's own.

It is a convenience for operators. Security events are `idp.audit`'s and never pass through here; the two do not know each
other. `retention.py` ends the life of old entries, `selectors.py` counts for the charts of the staff pages.
"""
