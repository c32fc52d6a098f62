"""How many forms of the sign-in pages one network address may send: wide, because a whole office or a mobile network may
stand behind one address. It bounds what guessing at many accounts costs us; one account is `services/count_attempt.py`.
"""

from idp.core.ratelimit import AddressLimit

# Each of these forms costs a hash and a message to somebody.
sign_up_forms = AddressLimit("sign_up_form", "20/minute;120/hour")
# These too.
recovery_forms = AddressLimit("recovery_form", "20/minute;120/hour")
sign_in_forms = AddressLimit("sign_in_form", "120/minute;1500/hour")
