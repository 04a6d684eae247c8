import type { Fault, FaultKind } from './fault.ts';
import { faultKinds } from './faults/registry.ts';
import {
  BACKGROUNDS,
  type Background,
  healthyBackground,
  STEP_SECONDS,
  tickSeconds,
} from './healthy-background.ts';
import { hostilePlan, storyOf } from './hostile-plan.ts';
import { Allowances } from './invariants/allowances.ts';
import { invariants } from './invariants/registry.ts';
import type { Observed } from './observed.ts';
import { runWorld } from './run-world.ts';

/** The last steps are not looked at: what delays them need not be over. */
const STEPS_LEFT_OUT = 6;
/** Of a violation that occurs many times, the first ones are shown. */
const SHOWN = 2;

/** An invariant that did not hold in a world. */
export interface Violation {
  readonly invariant: string;
  readonly seed: number;
  /** How often, in this world. */
  readonly count: number;
  /** The first ones in sentences, and what went wrong in the world, on one line. */
  readonly story: string;
}

/** What became of one world. */
export interface JudgedWorld {
  readonly seed: number;
  readonly faults: readonly string[];
  readonly violations: readonly Violation[];
}

/** Runs worlds and holds what they leave against the undisturbed runs. */
export class WorldJudge {
  readonly #ticks: number;
  readonly #kinds: readonly FaultKind[];
  readonly #undisturbed = new Map<number, { readonly background: Background; readonly observed: Observed }>();

  /** @param kinds names of those that are drawn; all when left out. */
  constructor(ticks: number, kinds?: readonly string[]) {
    this.#ticks = ticks;
    this.#kinds = faultKinds.filter(({ kind }) => kinds?.includes(kind) ?? true);
  }

  async judge(seed: number): Promise<JudgedWorld> {
    const { background, observed: undisturbed } = await this.#undisturbedOf(seed % BACKGROUNDS);
    const plan = () => hostilePlan(seed, background, this.#kinds);
    const faults = plan();
    const disturbed = await runWorld(background, faults);
    // A plan that was not used: the faults of the other one have drawn their numbers.
    const allowances = new Allowances(background, plan());
    const horizonSeconds = tickSeconds(this.#ticks - 1) - STEPS_LEFT_OUT * STEP_SECONDS;
    const comparison = { background, undisturbed, disturbed, allowances, horizonSeconds };
    const violations = invariants.flatMap(({ name, violations: of }): Violation[] => {
      const found = [...of(comparison)];
      if (found.length === 0) return [];
      const more = found.length > SHOWN ? ` (and ${found.length - SHOWN} more)` : '';
      const story = `${found.slice(0, SHOWN).join('; ')}${more} | faults by tick: ${storyOf(faults)}`;
      return [{ invariant: name, seed, count: found.length, story }];
    });
    return { seed, faults: faults.map(({ kind }: Fault) => kind), violations };
  }

  async #undisturbedOf(seed: number) {
    const known = this.#undisturbed.get(seed);
    if (known !== undefined) return known;
    const background = healthyBackground(seed, this.#ticks);
    const made = { background, observed: await runWorld(background, []) };
    this.#undisturbed.set(seed, made);
    return made;
  }
}
