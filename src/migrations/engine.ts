import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm';
import { MigrationAdapter } from './adapter.ts';
import { readSchemaFiles } from './files.ts';

const ENGINE = '@prisma/schema-engine-wasm/schema_engine_bg';
let instantiated: Promise<typeof SchemaEngine> | undefined;

/**
 * Opens Prisma's schema engine on a database, hands it over and lets go of its connections afterwards. The WebAssembly build is used
 * because the native one is downloaded at install time, which a closed network does not allow; both write the same `_prisma_migrations`.
 */
export async function withSchemaEngine<T>(databaseUrl: string, use: (engine: SchemaEngine) => Promise<T>): Promise<T> {
  instantiated ??= instantiateEngine();
  const Engine = await instantiated;
  const adapter = new MigrationAdapter(databaseUrl);
  const engine = await Engine.new(
    { datamodels: await readSchemaFiles() },
    () => {},
    bindMigrationAwareSqlAdapterFactory(adapter),
  );
  try {
    return await use(engine);
  } finally {
    engine.free();
    await adapter.close();
  }
}

type Bindings = { SchemaEngine: typeof SchemaEngine; __wbg_set_wasm(exports: object): void };
// TypeScript knows this global only together with those of a browser.
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    instantiate(code: Uint8Array, imports: object): Promise<{ instance: { exports: { __wbindgen_start(): void } } }>;
  };
};

// The package's own entry imports the .wasm file as a module, which Node does only behind a flag.
async function instantiateEngine(): Promise<typeof SchemaEngine> {
  const bindings: Bindings = await import(ENGINE);
  const code = await readFile(
    createRequire(import.meta.url)
      .resolve(ENGINE)
      .replace(/\.js$/, '.wasm'),
  );
  const { instance } = await WebAssembly.instantiate(code, { './schema_engine_bg.js': withoutWaiting(bindings) });
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  // Where the engine leaves its last words; without it a fault in it is reported as a fault in its bindings.
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: console.error } });
  return bindings.SchemaEngine;
}

// The engine sets a timer of ten seconds for its lock and forgets it, which would keep every process alive that long.
function withoutWaiting(bindings: Bindings): object {
  const unheld = (callback: () => void, ms: number) => setTimeout(callback, ms).unref();
  const timers = Object.keys(bindings).filter((name) => name.startsWith('__wbg_setTimeout'));
  return { ...bindings, ...Object.fromEntries(timers.map((name) => [name, unheld])) };
}
