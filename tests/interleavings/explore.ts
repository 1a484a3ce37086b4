import { expect } from 'vitest';
import type { House } from '../../src/house.ts';
import { randomOf } from '../rig/random.ts';
import { everyRule } from '../support/invariants.ts';
import { type Fault, type Result, Struck } from './player.ts';
import type { Choose, Role, Stage } from './stage.ts';

/** One play: two acts on rows of their own, and what must be true when both have ended as they were told. */
export type Scene = {
  roles: [Role, Role];
  /** `results` after every act that a fault broke was done again. Throws when something is wrong. */
  check(results: [Result, Result]): Promise<void>;
};
export type Explored = { schedules: number; faults: number };

type Bounds = {
  /** How often one act may be stopped for the other where it could have gone on: bugs of concurrency rarely need more than two. */
  preemptions: number;
  /** Orders beyond this are a sample, drawn with a fixed seed. */
  most: number;
  /** Plays for each step, side and kind of fault. */
  playsPerFault: number;
};
const bounds: Bounds = { preemptions: 2, most: 40, playsPerFault: 1 };

/** Plays a scene in every order of its steps within the bounds, then with a failure before and after each step of each act. */
export async function explore(house: House, stage: Stage, scene: () => Promise<Scene>, more: Partial<Bounds> = {}) {
  const within = { ...bounds, ...more };
  const random = randomOf(7);
  const frontier: number[][] = [[]];
  const longest = [0, 0];
  let schedules = 0;
  for (; frontier.length > 0 && schedules < within.most; schedules += 1) {
    const [prefix = []] = frontier.splice(schedules === 0 ? 0 : random.between(0, frontier.length - 1), 1);
    const played = await playOne(house, stage, await scene(), followed(prefix));
    played.steps.forEach((steps, i) => {
      longest[i] = Math.max(longest[i] ?? 0, steps.length);
    });
    for (let at = prefix.length; at < played.choices.length; at += 1) {
      const other = [...played.choices.slice(0, at), 1 - (played.choices[at] ?? 0)];
      if (preemptionsOf(other) <= within.preemptions) frontier.push(other);
    }
  }
  let faults = 0;
  for (const [role, fault] of faultsOf(longest)) {
    for (let play = 0; play < within.playsPerFault; play += 1, faults += 1) {
      const broken = await scene();
      broken.roles[role].fault = fault;
      await playOne(house, stage, broken, () => random.between(0, 1));
    }
  }
  return { schedules, faults, left: frontier.length };
}

/** Beyond the prefix whoever went last goes on. */
const followed =
  (prefix: readonly number[]): Choose =>
  (decision, last) =>
    prefix[decision] ?? Math.max(last, 0);

// The first choice and each change after it; a change that a lock or an end forces is no decision and so is not among them.
const preemptionsOf = (choices: readonly number[]): number =>
  choices.filter((choice, i) => i > 0 && choice !== choices[i - 1]).length;

/** Every step of each act, before and after, by an error and by the end of its connection in turn. */
function faultsOf(longest: readonly number[]): [0 | 1, Fault][] {
  return ([0, 1] as const).flatMap((role) =>
    Array.from({ length: longest[role] ?? 0 }, (_, step) => step).flatMap((step) =>
      (['before', 'after'] as const).map((when, i): [0 | 1, Fault] => [
        role,
        { step, when, by: (step + i + role) % 2 === 0 ? 'error' : 'termination' },
      ]),
    ),
  );
}

async function playOne(house: House, stage: Stage, { roles, check }: Scene, choose: Choose) {
  const played = await stage.play(roles, choose);
  const results: [Result, Result] = [...played.results];
  for (const [i, role] of roles.entries()) {
    const result = results[i];
    if (result && wasBroken(result)) results[i] = await stage.again(i, role);
  }
  const errors = results.map((result) => ('error' in result ? String(result.error) : 'done'));
  const story = {
    order: played.choices.join(''),
    faults: roles.map(({ fault }) => fault),
    errors,
    steps: played.steps,
  };
  try {
    await check(results);
    const { rows } = await house.database.pool.query({ name: 'stage.rules', text: everyRule });
    expect(rows).toEqual([]);
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\nin ${JSON.stringify(story, null, 1)}`, {
      cause: error,
    });
  }
  return played;
}

/** The act did not get an answer of its own: its client would send it again. */
function wasBroken(result: Result): boolean {
  if (!('error' in result)) return false;
  for (let e: unknown = result.error; e instanceof Error; e = e.cause) {
    // EPIPE: its connection was ended while it was writing.
    if (e instanceof Struck || /terminat|Connection|not queryable|EPIPE|before |after /i.test(e.message)) return true;
  }
  return false;
}
