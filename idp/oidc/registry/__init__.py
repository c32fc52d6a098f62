"""Client registrations from files: read, judged as a whole, applied as a whole or not at all (RFC 7591 §2).

`schema.py` says what a registration may hold, `files.py` reads folders and files, `sync.py` writes the table.
"""
