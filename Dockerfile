# syntax=docker/dockerfile:1
# Targets: receiver (takes deliveries; no scanner, no private key), worker (scans), worker-gpu (scans and generates).
# Each runs as a user without rights on a root that can be read-only; only /data and /tmp are written to.
ARG PYTHON_IMAGE=python:3.13-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /source
COPY requirements requirements
# What builds the wheel is locked as everything else is.
RUN python -m venv /build && /build/bin/python -m pip install --quiet --no-deps --require-hashes -r requirements/build.txt
COPY pyproject.toml README.md LICENSE CHANGELOG.md ./
COPY reviewbot reviewbot
COPY workers workers
COPY rules rules
RUN /build/bin/python -m build --wheel --no-isolation --outdir /wheels .

FROM build AS build-receiver
RUN python -m venv /opt/reviewbot \
 && /opt/reviewbot/bin/python -m pip install --quiet --no-deps --require-hashes -r requirements/receiver.txt \
 && /opt/reviewbot/bin/python -m pip install --quiet --no-deps --no-index /wheels/*.whl

FROM build AS build-worker
RUN python -m venv /opt/reviewbot \
 && /opt/reviewbot/bin/python -m pip install --quiet --no-deps --require-hashes -r requirements/app.txt \
 && /opt/reviewbot/bin/python -m pip install --quiet --no-deps --no-index /wheels/*.whl

FROM build AS build-worker-gpu
# torch brings CUDA's libraries with it; only the driver comes from the machine.
RUN python -m venv /opt/reviewbot \
 && /opt/reviewbot/bin/python -m pip install --quiet --no-deps --require-hashes -r requirements/worker-gpu.txt \
 && /opt/reviewbot/bin/python -m pip install --quiet --no-deps --no-index /wheels/*.whl

FROM ${PYTHON_IMAGE} AS base
RUN groupadd --gid 10001 reviewbot \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin reviewbot \
 && install -d -o 10001 -g 10001 -m 0750 /data
# PYTHONSAFEPATH: nothing is imported from the folder that a process happens to stand in.
ENV PATH=/opt/reviewbot/bin:/usr/bin:/bin PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONSAFEPATH=1 HOME=/tmp
WORKDIR /data
USER 10001:10001
STOPSIGNAL SIGTERM

FROM base AS receiver
COPY --from=build-receiver /opt/reviewbot /opt/reviewbot
ENV REVIEWBOT_HOST=0.0.0.0 REVIEWBOT_PORT=8000 REVIEWBOT_WORKERS=0
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["reviewbot"]
CMD ["serve"]

FROM base AS worker
COPY --from=build-worker /opt/reviewbot /opt/reviewbot
# SIGTERM lets the work under way end before it is given back (workers/configuration.py).
ENV REVIEWBOT_HEARTBEAT=/tmp/alive REMAP_SIGTERM=SIGQUIT
HEALTHCHECK --interval=20s --timeout=10s --start-period=60s CMD ["python", "-m", "workers.alive"]
ENTRYPOINT ["celery", "-A", "workers.app", "worker", "--without-gossip", "--without-mingle"]
CMD ["--concurrency", "2", "--loglevel", "INFO"]

FROM base AS worker-gpu
COPY --from=build-worker-gpu /opt/reviewbot /opt/reviewbot
ENV REVIEWBOT_HEARTBEAT=/tmp/alive REMAP_SIGTERM=SIGQUIT NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility HF_HOME=/tmp/hub HF_HUB_OFFLINE=1
HEALTHCHECK --interval=20s --timeout=10s --start-period=600s CMD ["python", "-m", "workers.alive"]
# Threads share one model; a process each would load it as often.
ENTRYPOINT ["celery", "-A", "workers.app", "worker", "--without-gossip", "--without-mingle", "--pool", "threads"]
CMD ["--concurrency", "8", "--loglevel", "INFO"]
