"""The service afterwards, with live connections: `after`, tickets, and one consumer behind the package's middleware."""
