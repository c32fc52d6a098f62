"""Where password hashes are computed: in a niced process of its own, so that sign-ins never hold up the token endpoints.

`computation` is what the hashers call; it asks `process`, which starts `program` and talks to it in `frames`. `functions`
holds the hash functions themselves. `program`, `frames` and `functions` import neither Django nor anything else of ours:
every megabyte there is paid by each serving process.
"""
