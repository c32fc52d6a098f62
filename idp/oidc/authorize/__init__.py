"""From an authorization request to a code: the front half of OAuth and OpenID Connect, which this provider owns.

view.py        /oauth2/authorize: run the checks, keep the request, lead the browser to /interaction/<uid>; no cookie is read
request.py     the request, frozen           pipeline.py   RESOLVE, TRUST, ANSWER, REQUEST: the order of the checks, as data
resolvers/     gather the parameters         checks/       one rule, one file, one clause
interaction.py the kept request, bound to one browser      policy.py   login, choice, consent or issue? (pure)
visit.py       what router and screens load first          dispatch.py /interaction/<uid>: the only router
select_account.py  the choice of an account                consent.py, claim_words.py  the consent page
remembered_consent.py  what was allowed before             issue_code.py  the code itself
respond.py     how an answer reaches the client
"""
