"""Gateways for text messages: each file knows one company's HTTP interface, and what its answers mean for a second try."""
