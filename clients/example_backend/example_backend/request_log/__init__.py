"""The request log of a service: which of its API routes were called, metadata only. A pattern to copy.

drf-api-logger brings the table and the middleware. As it comes it would store whole addresses, headers and bodies, with
tokens in them, and write from a thread that the first database error ends. So `middleware.py` says what is logged and
what an entry holds, `writer.py` stands where the library keeps its thread, `apps.py` puts it there. Old entries go with
`python manage.py prune_api_logs --days 30`.
"""
