import { seedOf } from '../../../lib/series/seeded-noise.ts';
import { Dice } from './dice.ts';
import type { Fault, FaultKind } from './fault.ts';
import { type Background, tickSeconds } from './healthy-background.ts';

/** Faults begin when the history of the series has been replayed. */
const FIRST_FAULT_TICK = 12;
const MOST_TICKS = 40;
/** Without new faults at the end, so that what waits is written and what is behind catches up. */
const CALM_TICKS = 45;
const CALM_SHARE = 0.4;
/** One fault begins in so many ticks, on average. */
const TICKS_PER_FAULT = 30;

/** How many ticks at the end of a world have no new faults. */
export function calmTicks(ticks: number): number {
  return Math.min(CALM_TICKS, Math.floor(ticks * CALM_SHARE));
}

/**
 * What goes wrong in one world: several faults at once, from a random time on and for a random time.
 *
 * @param seed the same seed gives the same faults.
 * @param kinds what is drawn from.
 */
export function hostilePlan(seed: number, background: Background, kinds: readonly FaultKind[]): Fault[] {
  const { ticks } = background;
  const dice = new Dice(seedOf(`plan ${seed}`));
  const lastTick = ticks - calmTicks(ticks);
  const most = Math.max(2, Math.round((2 * (lastTick - FIRST_FAULT_TICK)) / TICKS_PER_FAULT));
  const faults: Fault[] = [];
  for (let left = dice.whole(1, most); left > 0; left -= 1) {
    const { kind, mostTicks = MOST_TICKS, draw } = drawKind(dice, kinds);
    const fromTick = dice.whole(FIRST_FAULT_TICK, lastTick - 2);
    const longest = Math.min(mostTicks, lastTick - fromTick);
    const span = {
      fromSeconds: tickSeconds(fromTick),
      untilSeconds: tickSeconds(fromTick + dice.whole(1, longest)),
    };
    // The dice of a fault are its own: what it draws while it lasts changes no other.
    const own = new Dice(seedOf(`fault ${seed} ${left}`));
    faults.push({ kind, ...span, ...draw(own, span, background) });
  }
  return faults.sort((one, other) => one.fromSeconds - other.fromSeconds);
}

/** The faults of a world on one line. */
export function storyOf(faults: readonly Fault[]): string {
  const tickOf = (seconds: number) =>
    Math.round((seconds - tickSeconds(0)) / (tickSeconds(1) - tickSeconds(0)));
  return faults
    .map(({ story, fromSeconds, untilSeconds }) => {
      const until = Number.isFinite(untilSeconds) ? tickOf(untilSeconds) : '';
      return `[${tickOf(fromSeconds)}..${until}] ${story}`;
    })
    .join('; ');
}

function drawKind(dice: Dice, kinds: readonly FaultKind[]): FaultKind {
  const weights = kinds.map(({ weight = 1 }) => weight);
  let drawn = dice.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [index, weight] of weights.entries()) {
    drawn -= weight;
    if (drawn < 0) return kinds[index] as FaultKind;
  }
  return kinds[0] as FaultKind;
}
