"""What a new password must be: long enough, not known to attackers, not the person's own name, not quickly guessed.

One rule for every place that sets one: sign-up, change, reset. No classes of characters are asked for, no change by the calendar,
no hints (NIST SP 800-63B-4 §3.1.1.2, OWASP ASVS 5.0 V6.2). `rules.py` holds the order, the other files one rule each. The
operator's command `create_user` is not bound by it.
"""
