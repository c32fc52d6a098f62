"""Tests of the account API, over HTTP: by a signed-in browser and by applications with tokens that the provider issued."""
