"""How mail and text messages leave: what the worker does with these two kinds of message.

`mail.py` speaks SMTP, `texts.py` hands a text to the configured gateway (`gateways/`; none on a developer's
machine). `kept.py` says how long their words are kept: for delivery and no longer, except where people develop. What
goes wrong is told in numbers and fixed words, never in the other side's, which may quote an address.
"""
