"""A forgotten password: whoever reads the mailbox or the text messages of an account may give it a new one, and no more.

The request that asks looks no account up: it counts, writes a message for the worker and answers, the same for every address. The
worker finds out whether there is somebody to write to. A mail brings a link, a text message a code; both end in a recovery key,
which is good once, for half an hour, for the account as it was. It signs nobody in, and second factors are asked for as ever.

This app knows no pages: they are steps of the sign-in (`idp.login.steps`), so that the interrupted one goes on afterwards.
"""
