"""People who had an account before this provider did: moved in from a file, with their ids and password hashes.

Above the accounts and beside nobody: no request comes through here, only the operator's `manage.py import_users`. The journey
of a row: `source` reads it, `schemas` judges it, `duplicates` finds rows that claim the same, `services/import_batch` stores
it, `report` says which were refused. `services/import_users` is that journey.
"""
