"""What staff may do to other people's accounts, and what they see of them: one rule book for the staff pages and the admin API.

An act passes `authority.py`: who asks (an administrator, freshly signed in with two factors), upon whom (nobody above them,
mostly not themselves), and why (a reason, kept in the audit trail with who it was). Then it calls the services that own the data,
so that sessions and tokens end and receivers hear of it as they always do, and the person is told (`notices.py`). No act takes or
shows a password, a secret or a factor. Addresses are masked (`masking.py`) until a reveal, which is an act with a reason too.
"""
