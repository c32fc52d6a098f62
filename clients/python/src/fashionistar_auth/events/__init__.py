"""What happens to accounts at the provider, told to this service: event tokens (RFC 8417) received by push (RFC 8935).

Name `fashionistar_auth.events` in INSTALLED_APPS, route `views.ReceiveEvents`, connect to the signals of `signals`.
A handler runs in the transaction that remembers the event's id, so what it writes is written exactly once, however
often the event is delivered.
"""
