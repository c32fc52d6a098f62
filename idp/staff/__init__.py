"""`/admin/`: what members of staff see of the provider, and the few things they may do.

Django's admin lends its lists (filters, order, pages) and nothing else: no sign-in of its own, no forms, no messages, no
adding, no changing, no deleting. One gate stands before every page (`gate.py`): a live session of our own sign-in, of an
account that is staff. `rows.py` is the one kind of page: a list, the facts of one row, and its acts; an act asks first, then
calls a service that records it with the member of staff who did it (`acts.py`). What is secret or encrypted is never on a page:
every page names what it shows, and `masking.py` shows addresses so that their owner alone recognises them.

Installed in modes `local` and `demo` on a loopback issuer, and wherever an operator sets `IDP_STAFF_PAGES=on`; elsewhere nothing
here is imported.
"""
