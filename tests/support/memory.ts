const EVERY_MS = 20;

/** By how many bytes this process grew at its highest while `act` ran. */
export async function growthDuring(act: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage.rss();
  let highest = before;
  const look = (): void => {
    highest = Math.max(highest, process.memoryUsage.rss());
  };
  const clock = setInterval(look, EVERY_MS);
  try {
    await act();
  } finally {
    clearInterval(clock);
  }
  look();
  return highest - before;
}
