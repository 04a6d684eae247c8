import type { TickPhase } from '../../../../lib/pipeline/tick/tick.ts';
import type { FaultKind } from '../fault.ts';
import { STEP_SECONDS } from '../healthy-background.ts';

const PHASES: readonly TickPhase[] = [
  'load',
  'query',
  'score',
  'warm-up',
  'write',
  'save',
  'publish',
  'drain',
  'clear',
];

/** States can't be kept, ticks do not run or not to their end, and channels take no alerts. */
export const faultyProgram: readonly FaultKind[] = [
  {
    kind: 'objects-fail',
    weight: 2,
    mostTicks: 25,
    draw: (dice, span) => {
      const share = dice.one([0.1, 0.4, 1]);
      return {
        story: `${share * 100} % of the calls of the object store fail, before or after they were done`,
        onObject: () => (dice.happens(share) ? dice.one(['before', 'after'] as const) : undefined),
        consequences: {
          delays: [{ ...span, metrics: 'all' }],
          unnotified: [span],
          stateless: [{ ...span, untilSeconds: span.untilSeconds + 2 * STEP_SECONDS }],
        },
      };
    },
  },
  {
    kind: 'missed-ticks',
    mostTicks: 10,
    draw: (_, span) => ({
      story: 'no tick is run',
      onTick: () => ({ kind: 'missed' }),
      consequences: { delays: [{ ...span, metrics: 'all' }], unnotified: [span], stateless: [span] },
    }),
  },
  {
    kind: 'killed-ticks',
    weight: 2,
    mostTicks: 10,
    draw: (dice, span) => ({
      story: 'half of the ticks are killed between two of their phases',
      onTick: () => (dice.happens(0.5) ? { kind: 'killed', afterPhase: dice.one(PHASES) } : undefined),
      consequences: { delays: [{ ...span, metrics: 'all' }], unnotified: [span], stateless: [span] },
    }),
  },
  {
    kind: 'two-ticks-at-once',
    weight: 2,
    draw: () => ({
      story: 'two containers run each tick',
      onTick: () => ({ kind: 'twice' }),
      consequences: {},
    }),
  },
  {
    kind: 'events-come-again',
    draw: (dice) => ({
      story: 'events come again, old ones too',
      onTick: () => ({ kind: 'again', ticksBack: dice.whole(1, 10) }),
      consequences: {},
    }),
  },
  {
    kind: 'new-containers',
    draw: () => ({
      story: 'each tick has a new container',
      onTick: () => ({ kind: 'new-container' }),
      consequences: {},
    }),
  },
  {
    kind: 'alerts-away',
    weight: 2,
    draw: (dice, span) => {
      const how = dice.one(['refused', 'hang', 500, 429] as const);
      return {
        story: `Alertmanager is away (${how})`,
        onAlerts: (reply) => {
          if (typeof how === 'string') reply.lost = how;
          else reply.status = how;
          if (how === 429) reply.headers['retry-after'] = '600';
        },
        consequences: { unnotified: [span] },
      };
    },
  },
  {
    kind: 'alerts-throttled',
    draw: (dice, span) => {
      const seconds = dice.whole(1, 8);
      return {
        story: `half of the calls of Alertmanager get 429 with Retry-After: ${seconds}`,
        onAlerts: (reply) => {
          if (!dice.happens(0.5)) return;
          reply.status = 429;
          reply.headers['retry-after'] = String(seconds);
        },
        consequences: { unnotified: [span] },
      };
    },
  },
];
