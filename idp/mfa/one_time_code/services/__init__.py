"""Use cases of one-time codes: send one, check one."""
