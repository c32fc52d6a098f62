"""The admin API, `/api/v1/admin/`: what staff see of other people's accounts and do to them. It decides nothing about an act.

Who calls: a member of staff in their own browser, with CSRF, or through an application of ours whose access token has scope
`admin`. `permissions.py` stands before every address: scope, staff, two factors, and for acts an administrator who has just
signed in. What happens then is `idp.user_admin`, the same as on the staff pages; each look and each act is in the audit trail.
"""
