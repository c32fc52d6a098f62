"""`work`: be a worker. `outbox`: look at messages, and send one again."""
