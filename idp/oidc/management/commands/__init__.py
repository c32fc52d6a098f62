"""`sync_clients` reads registrations; `ensure_keys` makes signing keys where there are none, `rotate_keys` replaces them."""
