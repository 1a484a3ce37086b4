import { defineConfig } from 'prisma/config';

// `prisma generate` asks for the schema engine, which it never runs and which cannot be downloaded on a closed network.
if (process.argv.includes('generate')) process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

export default defineConfig({ schema: 'prisma/schema', migrations: { path: 'prisma/migrations' } });
