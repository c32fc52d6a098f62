"""The Django project: environment, settings, logging, URLs and the production server.

Everything starts here and nothing imports from here: `env` reads and judges the environment variables, `settings`
turns them into Django's, `serve` starts the provider. Development secrets come from `state`.
"""
