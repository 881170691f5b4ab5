# The project with its worker: your DAG files are those of this folder (dags/, headgate.config.ts).
# Build: docker build -t headgate .    Run: docker run headgate worker|deploy|doctor|...
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev
# What watchers of some sources need besides, such as "@aws-sdk/client-s3@3"; docs/sources.md names them.
ARG SOURCE_PACKAGES=""
RUN if [ -n "$SOURCE_PACKAGES" ]; then npm install --no-save --omit=dev $SOURCE_PACKAGES; fi

FROM node:20-bookworm-slim
# Temporal's native client needs the system's certificates for TLS.
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production
# Memory at rest: glibc would give each of the worker's threads an arena of its own, and V8 each much room for young objects.
ENV MALLOC_ARENA_MAX=2 NODE_OPTIONS=--max-semi-space-size=8
WORKDIR /app
COPY --from=build --chown=node:node /app /app
RUN mkdir -p /app/.headgate /app/lake && chown node:node /app/.headgate /app/lake
USER node
ENTRYPOINT ["node", "dist/cli/main.js"]
# PID 1 gets SIGTERM, and the worker then drains for up to 30 s.
STOPSIGNAL SIGTERM
CMD ["worker"]
