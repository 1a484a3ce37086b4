import { setTimeout as pause } from 'node:timers/promises';
import type { Ctx, CtxParts } from '../../src/ctx.ts';
import type { House } from '../../src/house.ts';
import { type Fault, openPlayer, type Player, type Result } from './player.ts';

export type Role = { parts: CtxParts; act: (ctx: Ctx) => Promise<unknown>; fault?: Fault | undefined };
/** Who goes on where both could, by number. */
export type Choose = (decision: number, last: number) => number;
export type Played = { results: [Result, Result]; choices: number[]; steps: [string[], string[]] };

export type Stage = {
  /** Plays two acts against each other, statement by statement, in the order that `choose` gives. */
  play(roles: [Role, Role], choose: Choose): Promise<Played>;
  /** Does an act again, undisturbed. */
  again(role: number, { act, parts }: Role): Promise<Result>;
  close(): Promise<void>;
};

// In milliseconds; few statements take longer unless they wait.
const A_MOMENT = 2;

export function openStage(house: House): Stage {
  const players: [Player, Player] = [openPlayer(house), openPlayer(house)];

  // Who was found to wait is asked about again at once.
  const blocked = new Set<Player>();

  /** True when the act stands before a statement or has ended, false when the database makes it wait for the other. */
  async function settles(player: Player): Promise<boolean> {
    while (!player.isWaiting() && !player.result()) {
      const moved = player.next().then(() => false);
      // Asked without a pause, the database would have no time left for the statement itself.
      if (!blocked.has(player) && !(await Promise.race([moved, pause(A_MOMENT, true)]))) continue;
      blocked.delete(player);
      if ((await Promise.race([moved, isBlocked(player.pid())])) && !player.isWaiting() && !player.result()) {
        blocked.add(player);
        return false;
      }
    }
    blocked.delete(player);
    return true;
  }

  async function isBlocked(pid: number): Promise<boolean> {
    const { rows } = await house.database.pool.query<{ blocked: boolean }>({
      name: 'stage.blocked',
      text: 'SELECT cardinality(pg_blocking_pids($1)) > 0 AS blocked',
      values: [pid],
    });
    return rows[0]?.blocked ?? false;
  }

  async function play(roles: [Role, Role], choose: Choose): Promise<Played> {
    players.forEach((player, i) => {
      const { act, parts, fault } = roles[i] as Role;
      player.begin(act, parts, fault);
    });
    const choices: number[] = [];
    for (let last = -1; players.some((player) => !player.result()); ) {
      // Taken before the look at who is where, so that no move in between is missed.
      const moves = players.map((player) => player.next());
      for (const player of players) await settles(player);
      const ready = [0, 1].filter((i) => players[i]?.isWaiting());
      if (ready.length === 0) {
        if (players.some((player) => !player.result())) await Promise.race(moves);
        continue;
      }
      last = ready.length === 2 ? choose(choices.length, last) : (ready[0] ?? 0);
      if (ready.length === 2) choices.push(last);
      players[last]?.goOn();
    }
    const [a, b] = players;
    const none: Result = { error: new Error('no result') };
    return { results: [a.result() ?? none, b.result() ?? none], choices, steps: [a.steps(), b.steps()] };
  }

  return {
    play,
    async again(role, { act, parts }) {
      const player = players[role] as Player;
      return act(player.ctx(parts)).then(
        (value) => ({ value }),
        (error) => ({ error }),
      );
    },
    async close() {
      for (const player of players) await player.close();
    },
  };
}
