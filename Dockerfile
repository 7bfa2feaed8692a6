# Liwen in a container: built with pip alone, run as nobody in particular, data under /data.
FROM python:3.13-slim-bookworm AS build
WORKDIR /build
COPY requirements.txt ./
# Dependencies first: they change less often than the program. jieba comes as source and is built here, not in the result.
RUN python -m venv /opt/liwen && /opt/liwen/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot ./bot
COPY digests ./digests
COPY seeds ./seeds
RUN /opt/liwen/bin/pip install --no-cache-dir --no-deps .

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /data --create-home liwen
COPY --from=build /opt/liwen /opt/liwen
ENV PATH=/opt/liwen/bin:$PATH PYTHONUNBUFFERED=1 LIWEN_DATA_DIR=/data
USER 10001
WORKDIR /data
VOLUME /data
ENTRYPOINT ["liwen"]
CMD ["run"]
