"""The pages of a sign-in, one file each, all with the same two functions: `show` and `submit`.

`show(state)` says what the page holds; `submit(state, data)` reads the form and returns the facts known afterwards, or
raises what was wrong with it. Steps store nothing, redirect nowhere and do not know each other: `views.py` does the HTTP
and `orchestrator.py` the order. A new step is a new file here, a line in `table.py`, and one in the table there.
"""
