"""Reads that are answered before Django's handler: introspection and UserInfo from copies in Redis, and the public documents.

An API asks for every one of its own requests, and most of what Django does for a request (URL resolution, twelve middlewares, an
ORM) is of no use for an answer that is already made. What is answered here is answered with 200 and as the view would answer it:
every rule is the function that the view calls. Whatever is in any way unusual, and every refusal, goes to Django untouched;
so the worst that a mistake here can do is an answer too many, and a test asks both sides everything (`tests/test_anything.py`).

    application.py     which address goes where
    received.py        a request, read as strictly as the views read it, or not at all
    answer.py          headers, request id and log line, as the middlewares write them
    introspection.py   userinfo.py   documents.py: one file for each kind of answer

`IDP_FAST_PATH=off` leaves everything to Django.
"""
