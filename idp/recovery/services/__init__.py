"""Use cases of a forgotten password: ask, answer (the worker), prove by code, look, recover."""
