"""Our own acceptance run: what each module of the OpenID conformance suite asks for, driven over HTTP as the suite drives it.

suite.py          the suite's part: one client, fresh cookie jars, forms filled in by their ids, the checks every module makes
basic_modules.py  the modules that the plans Basic and Form Post share, each named as there
test_basic.py, test_form_post.py, test_config.py   one file per plan      test_browser.py  what the suite's browser needs
"""
