# The image of every Facet process: `facet serve` alone, or one process each in docker-compose.yml.

FROM node:20-bookworm-slim AS frontend
WORKDIR /build
COPY frontend/package.json frontend/package-lock.json ./
RUN npm ci --no-audit --no-fund --loglevel=error
COPY frontend/ ./
RUN npm run build


FROM python:3.11-slim-bookworm AS python
# Where torch comes from: the CPU build is a tenth of the size. https://pypi.org/simple has the one for NVIDIA GPUs.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/facet
ENV PATH=/opt/facet/bin:$PATH
WORKDIR /app
COPY constraints.txt ./
# A layer of its own: it is large, and changes only when the release of torch does.
RUN pip install --constraint constraints.txt --index-url "$TORCH_INDEX" --extra-index-url https://pypi.org/simple torch==2.13.0
COPY pyproject.toml README.md ./
COPY backend backend
COPY cli cli
COPY migrations migrations
COPY ml ml
COPY workers workers
# Editable: the front end and the migrations are found beside the code.
RUN pip install --constraint constraints.txt --editable . && python -m compileall -q backend cli migrations ml workers


FROM python:3.11-slim-bookworm
COPY --from=python /opt/facet /opt/facet
COPY --from=python /app /app
COPY --from=frontend /build/dist /app/frontend/dist
# What is mounted at /data the first time takes over the owner of this folder.
RUN useradd --uid 10001 --create-home facet && install -d -o facet -g facet -m 0700 /data
ENV PATH=/opt/facet/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    FACET_DATA_DIR=/data \
    FACET_HOST=0.0.0.0
USER facet
WORKDIR /app
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=15s --start-period=60s CMD ["facet", "health"]
ENTRYPOINT ["facet"]
CMD ["serve"]
