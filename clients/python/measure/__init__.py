"""Programs that measure this package, by hand: figures depend on the machine, so no test does it."""
