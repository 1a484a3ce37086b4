/**
 * Makes a question that everybody asks at the same moment one question: all who ask within one turn of the event loop get the answer that
 * is asked for at its end, so nobody's is older than his asking. `door` is through which it is asked; each has its own.
 */
export function askedOnce<Door extends object, Answer>(
  ask: (door: Door) => Promise<Answer>,
): (door: Door) => Promise<Answer> {
  const asking = new WeakMap<Door, Promise<Answer>>();
  return (door) => {
    const known = asking.get(door);
    if (known) return known;
    const answer = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      asking.delete(door);
      return ask(door);
    });
    asking.set(door, answer);
    return answer;
  };
}
