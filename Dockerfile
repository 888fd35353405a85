FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN npm ci && npx nx run-many -t build --projects=@orderfox/backend,@orderfox/frontend --outputStyle=static
RUN npm prune --omit=dev && mkdir /data && chown 10001:10001 /data

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build --chown=10001:10001 /app /app
COPY --from=build --chown=10001:10001 /data /data
USER 10001:10001
EXPOSE 8000
CMD ["node", "backend/dist/main.js"]
