const attempts = 4;
// Serialization failure, deadlock, and the race of one request id against itself: the next try sees what the other did.
const passing = new Set(['40001', '40P01']);

/** Runs a transaction again when PostgreSQL broke it off for a reason that passes by itself. */
export async function retried<T>(
  work: () => Promise<T>,
  passes: (error: unknown) => boolean = () => false,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (attempt === attempts || !(passing.has(code) || passes(error))) throw error;
    }
  }
}
