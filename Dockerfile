FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY prisma.config.ts ./
COPY prisma prisma
COPY src src
COPY views views
COPY public public
RUN npm run build

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 FILES_DIR=/data/files NODE_COMPILE_CACHE=/tmp/compiled NODE_OPTIONS=--max-semi-space-size=16
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Nothing in production needs an install script; Prisma's would download an engine that is never run.
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force && mkdir -p /data/files && chown -R node:node /data
COPY prisma prisma
COPY views views
COPY --from=build /app/src src
COPY --from=build /app/public public
USER node
VOLUME /data/files
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["sh", "-c", "node src/migrations/command.ts migrate && exec node src/server.ts"]
