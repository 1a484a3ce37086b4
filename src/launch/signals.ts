// A key press reaches us twice, from the terminal and through bin/start.mjs; only a later one means "now".
const REPEAT_MS = 1_000;

/** Calls `stop` once when we are asked to end, or when bin/start.mjs, which waits for us, was killed; then ends the process. */
export function stopOnSignal(stop: () => Promise<void>): void {
  let asked = 0;
  const end = async () => {
    if (asked > 0) {
      if (Date.now() - asked > REPEAT_MS) process.exit(1);
      return;
    }
    asked = Date.now();
    await stop().catch((error) => {
      console.error(error);
      process.exitCode = 1;
    });
    process.exit();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  process.on('disconnect', end);
}
