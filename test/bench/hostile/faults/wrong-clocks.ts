import type { FaultKind } from '../fault.ts';

/** A step back by more than this is believed to be no clock at all: see happened-window.ts. */
const MOST_SECONDS_BEHIND = 240;

/** The clock of the source is not the one of the ticks. */
export const wrongClocks: readonly FaultKind[] = [
  {
    kind: 'clock-behind',
    weight: 2,
    draw: (dice, span) => {
      const seconds = dice.whole(3, MOST_SECONDS_BEHIND);
      return {
        story: `the clock of the source is ${seconds} s behind`,
        clockAt: (now) => now - seconds,
        consequences: { delays: [{ ...span, metrics: 'all', extraSeconds: seconds + 60 }] },
      };
    },
  },
  {
    kind: 'clock-ahead',
    draw: (dice) => {
      const seconds = dice.whole(3, 900);
      return {
        story: `the clock of the source is ${seconds} s ahead`,
        clockAt: (now) => now + seconds,
        consequences: {},
      };
    },
  },
  {
    kind: 'clock-stepping',
    draw: (dice, span) => {
      const periodSeconds = dice.whole(200, 900);
      const seconds = dice.whole(20, MOST_SECONDS_BEHIND);
      return {
        story: `the clock of the source steps back by ${seconds} s and forward again every ${periodSeconds} s`,
        clockAt: (now) => (Math.floor(now / periodSeconds) % 2 === 0 ? now : now - seconds),
        consequences: { delays: [{ ...span, metrics: 'all', extraSeconds: seconds + 60 }] },
      };
    },
  },
  {
    kind: 'clock-frozen',
    weight: 2,
    draw: (dice, span) => {
      let stillSeconds: number | undefined;
      return {
        story: 'a proxy repeats an old Date header',
        dateAt: (clock) => {
          stillSeconds ??= clock - dice.whole(0, 600);
          return stillSeconds;
        },
        consequences: { delays: [{ ...span, metrics: 'all', extraSeconds: 300 }] },
      };
    },
  },
];
