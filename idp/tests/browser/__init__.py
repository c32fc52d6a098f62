"""Journeys in a real browser against the real programs: provider, example backend and storefront on free loopback ports.

live.py      starts and stops the programs, as `make run` does    conftest.py  fixtures: the programs, Chromium, visits
visit.py     one browser: what it asked for, what it complained of mobile_app.py  a native app with a loopback address
actions.py   what a person does                                   looks.py     what a page looks like: width, contrast, weight
phone.py     somebody's authenticator app                         accessible.py usable with assistive technology: axe-core

Every visit is judged at its end: no script error, no policy violation, nobody else's server asked, no secret where it does not
belong. With IDP_SCREENSHOTS=<folder> the pages of `test_looks.py` are written there as pictures. Needs Chromium (variable
CHROMIUM, else the usual names) and what `make setup` builds.
"""
