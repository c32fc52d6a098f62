"""The first ten minutes of somebody who tries the provider on their own machine: home page, inbox and guide.

Reached in demo mode only (`make run`), which takes a loopback issuer and nothing else; `config.urls` includes these addresses
there, and in any other mode nothing in here is even loaded. Shows what lies elsewhere; nothing is stored or changed here.
"""
