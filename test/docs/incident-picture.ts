import { monitorSample, type Observation, startSeries } from '../../lib/detector/monitor-series.ts';
import { rarity } from '../../lib/detector/rarity/rarity.ts';
import { defaultDetectionSettings } from '../../lib/detector/settings.ts';
import type { AlertEventKind } from '../../lib/detector/verdict.ts';
import { normalAt, wanderingAt } from '../../lib/series/seeded-noise.ts';
import { area, axis, dot, line, picture, rectangle, text } from './chart.ts';

const STEP_SECONDS = 300;
const DAY_STEPS = 288;
const START_SECONDS = 1_699_833_600;
const DAYS = 16;
/** The picture shows the last day and a half. */
const SHOWN_STEPS = 1.5 * DAY_STEPS;
const FIRST_SHOWN = DAYS * DAY_STEPS - SHOWN_STEPS;
const SPIKE = FIRST_SHOWN + 90;
const SHIFT = FIRST_SHOWN + 220;
const SHIFT_END = SHIFT + 60;
const WIDTH = 860;
const HEIGHT = 400;
const LEFT = 46;
const RIGHT = WIDTH - 14;
const WORDS: Readonly<Partial<Record<AlertEventKind, string>>> = {
  onset: 'alert',
  escalation: 'ten times rarer',
  'new-spike': 'another spike',
  resolved: 'resolved',
};

/** A spike and a shifted level in a daily rhythm, as the detector sees them: value and band above, score below. */
export function incidentPicture(): string {
  const observations = observe();
  const shown = observations.slice(FIRST_SHOWN);
  const xs = shown.map((_, index) => axis(0, SHOWN_STEPS, LEFT, RIGHT)(index));
  const y = axis(10, 110, 240, 30);
  const score = axis(-6, 6, 375, 270);
  const bands = shown.map(({ verdict }) => verdict.band!);
  const marks = shown.flatMap(({ verdict, events }, index) =>
    events.flatMap(({ kind }) => {
      const kindOfDot = kind === 'resolved' ? 'calm' : 'alert';
      return [
        dot(kindOfDot, xs[index]!, y(verdict.value)),
        text(
          WORDS[kind] ?? kind,
          xs[index]! + (kind === 'resolved' ? 8 : -8),
          y(verdict.value) + (kind === 'resolved' ? 16 : -8),
          {
            kind: kind === 'resolved' ? '' : 'alert-text',
            anchor: kind === 'resolved' ? 'start' : 'end',
          },
        ),
      ];
    }),
  );
  return picture(WIDTH, HEIGHT, 'A spike and a shifted level as the detector sees them', [
    text('value, and the band at one false alert a week', LEFT, 18, { kind: 'title' }),
    rectangle('frame', LEFT, 26, RIGHT - LEFT, 218),
    area(
      'band',
      xs,
      bands.map(({ lower }) => y(lower)),
      bands.map(({ upper }) => y(upper)),
    ),
    line(
      'value',
      xs,
      shown.map(({ verdict }) => y(verdict.value)),
    ),
    ...marks,
    text('score', LEFT, 262, { kind: 'title' }),
    rectangle('frame', LEFT, 268, RIGHT - LEFT, 110),
    line('threshold', [LEFT, RIGHT], [score(0), score(0)]),
    line(
      'score',
      xs,
      shown.map(({ verdict }) => score(Math.max(-6, verdict.score!))),
    ),
    text('0', LEFT - 8, score(0) + 4, { anchor: 'end' }),
    text('100', LEFT - 8, y(100) + 4, { anchor: 'end' }),
    text('50', LEFT - 8, y(50) + 4, { anchor: 'end' }),
    ...[0, 12, 24].map((hours) => text(`${hours} h`, xs[hours * 12]! + 4, 392)),
  ]);
}

function observe(): Observation[] {
  const monitor = { detector: rarity, settings: defaultDetectionSettings, stepSeconds: STEP_SECONDS };
  const state = startSeries(monitor);
  return Array.from({ length: DAYS * DAY_STEPS }, (_, index) => {
    const timeSeconds = START_SECONDS + index * STEP_SECONDS;
    const seasonal = 20 * Math.sin((2 * Math.PI * index) / DAY_STEPS);
    const noise = 1.2 * normalAt(3, index) + 1.6 * wanderingAt(4, timeSeconds, 3600);
    const trouble = (index === SPIKE ? 34 : 0) + (index >= SHIFT && index < SHIFT_END ? 22 : 0);
    const expected = 50 + seasonal;
    return monitorSample(
      monitor,
      state,
      { timeSeconds, value: expected + noise + trouble },
      { expected, lower: expected - 6, upper: expected + 6, seasonal },
    );
  });
}
