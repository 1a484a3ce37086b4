/**
 * Repeats an act of a bounded size until it finds less than a whole batch to do, or until told to stop: each batch is a transaction of its
 * own, so that whoever is killed in between has lost nothing and the next run goes on. Returns how many were done.
 */
export async function inBatches(
  size: number,
  signal: AbortSignal,
  act: (size: number) => Promise<number>,
): Promise<number> {
  let all = 0;
  while (!signal.aborted) {
    const done = await act(size);
    all += done;
    if (done < size) break;
  }
  return all;
}
