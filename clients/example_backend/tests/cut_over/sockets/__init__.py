"""The service afterwards, with live connections: `after`, tickets, and one consumer behind the client package's middleware."""
