# The provider in a container, built and started by the same make targets as on a developer's machine. Node is in the
# image because `make` builds the pages with it and checks, at every start, that nothing has to be built again.
# Written and linted, never built by us: there was no container engine where this was made.

FROM node:22-bookworm-slim AS node

FROM python:3.12-slim-bookworm

# make and git are preconditions of every make target; the packages themselves are pinned by the base image's release.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git make \
    && rm -rf /var/lib/apt/lists/*

# Node and npm, without the rest of their image.
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm

# Nothing runs as root. /state holds what `local` and `demo` mode make for themselves; production keeps nothing there.
RUN useradd --create-home --uid 10001 idp \
    && install --directory --owner=idp --group=idp --mode=0700 /state \
    && install --directory --owner=idp --group=idp /srv/idp
USER 10001:10001
WORKDIR /srv/idp

# What `make runtime` reads, and nothing that .dockerignore names: no secret and no state gets into a layer.
COPY --chown=idp:idp . .
RUN make runtime

ENV IDP_STATE_DIR=/state PYTHONUNBUFFERED=1
VOLUME ["/state"]
EXPOSE 8000

# Ready means: the database and Redis answer (AUTH.md 3.1).
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 \
    CMD [".venv/bin/python", "-c", "import urllib.request as http; http.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]

CMD ["make", "serve"]
