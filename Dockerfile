# The portal without its database: docs/operations.md says how it is run.
FROM python:3.13-slim AS packages
WORKDIR /portal
COPY requirements.txt ./
RUN python -m venv .venv \
    && .venv/bin/python -m pip install --require-hashes --no-deps --no-cache-dir --disable-pip-version-check \
        --requirement requirements.txt

FROM python:3.13-slim
RUN groupadd --system --gid 10001 portal \
    && useradd --system --uid 10001 --gid portal --no-create-home --home-dir /portal --shell /usr/sbin/nologin portal
WORKDIR /portal
COPY --from=packages /portal/.venv .venv
COPY manage.py ./
COPY selfharm_portal selfharm_portal
COPY resources resources
COPY sites sites
COPY measures measures
COPY fixtures fixtures
COPY templates templates
COPY static/build static/build
# The code is root's; only var is the portal's.
RUN install -d -o portal -g portal -m 0700 var
USER portal
ENV HOST=0.0.0.0 LOG_FORMAT=json PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
EXPOSE 8000
VOLUME /portal/var
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s --retries=3 \
    CMD [".venv/bin/python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD [".venv/bin/python", "manage.py", "serve"]
