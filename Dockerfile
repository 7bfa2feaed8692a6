# Liwen in a container: built with pip alone, run as nobody in particular, data under /data.
# The tag names Python and Debian. To build the same image for ever, pin what you tried: --build-arg BASE=python:3.13-slim-bookworm@sha256:…
ARG BASE=python:3.13-slim-bookworm
# hadolint ignore=DL3006
FROM ${BASE} AS build
WORKDIR /build
COPY requirements.txt ./
# Dependencies first: they change less often than the program. jieba comes as source and is built here, not in the result.
RUN python -m venv /opt/liwen && /opt/liwen/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot ./bot
COPY digests ./digests
COPY seeds ./seeds
RUN /opt/liwen/bin/pip install --no-cache-dir --no-deps .

# hadolint ignore=DL3006
FROM ${BASE}
# The program, Python and nothing to build with: a base that brings a compiler ends the build here.
RUN useradd --system --uid 10001 --home-dir /data --create-home liwen && ! command -v cc && ! command -v gcc
COPY --from=build /opt/liwen /opt/liwen
ENV PATH=/opt/liwen/bin:$PATH PYTHONUNBUFFERED=1 LIWEN_DATA_DIR=/data
USER 10001
WORKDIR /data
VOLUME /data
# The process itself where it answers at /health, at a twentieth of the processor time; else what this machine knows of database, outbox, editions and disk.
HEALTHCHECK --interval=2m --timeout=30s --start-period=1m --retries=3 CMD ["sh", "-c", "if [ -n \"$LIWEN_METRICS_ADDRESS\" ]; then python -c \"from urllib.request import urlopen; urlopen('http://$LIWEN_METRICS_ADDRESS/health', timeout=20)\"; else liwen doctor --quick; fi"]
ENTRYPOINT ["liwen"]
CMD ["run"]
