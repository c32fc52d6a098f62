"""Tests of the sign-in: each file mirrors a module, speaks HTTP or calls pure functions, and mocks nothing of ours."""
