"""From an authorization request to a code: the front half of OAuth and OpenID Connect, which this provider owns.

view.py        /oauth2/authorize: run the checks, keep the request, lead the browser to /interaction/<uid>; no cookie is read
request.py     the request, frozen           pipeline.py   RESOLVE, TRUST, REQUEST: the order of the checks, as data
resolvers/     gather the parameters         checks/       one rule, one file, one clause
interaction.py the kept request, bound to one browser      policy.py   login, consent or issue? (pure)
dispatch.py    /interaction/<uid>: the only router         consent.py  the consent page and what it records
respond.py     how an answer reaches the client            issue_code.py  the code itself
"""
