import { describe, expect, it } from 'vitest';
import type { Columns } from '../../../lib/detector/columns.ts';
import { type SeriesState, startSeries } from '../../../lib/detector/monitor-series.ts';
import { rarity } from '../../../lib/detector/rarity/rarity.ts';
import { decodeSeries, encodeSeries } from '../../../lib/detector/series-codec.ts';
import type { Sample } from '../../../lib/series/samples.ts';
import { inferStepSeconds } from '../../../lib/series/step.ts';
import { corpusAbsent, corpusFolder, nabSeries } from '../../corpus.ts';
import { alertsOf, feed, monitorOf } from '../monitoring.ts';

const HOUR = 3600;
const noModel = () => undefined;
const folder = corpusFolder();
if (folder === undefined)
  process.stderr.write(`${corpusAbsent} The change from older versions is not replayed.\n`);

/** The state as version 7 would have stored it, which remembered neither a recent jump nor episodes. */
function asOfVersion7(state: SeriesState<unknown>): SeriesState<unknown> {
  return withoutColumns(state, []);
}

/** The state as version 6 would have stored it, which knew no mean absolute deviation either. */
function asOfVersion6(state: SeriesState<unknown>): SeriesState<unknown> {
  return withoutColumns(state, ['deviationScale']);
}

function withoutColumns(state: SeriesState<unknown>, unknown: readonly string[]): SeriesState<unknown> {
  const encoded = encodeSeries(rarity, [state as never]);
  const states = without(encoded.states as Columns, ['recentJump', 'recentJumpAge', ...unknown]);
  const policies = without(encoded.policies as Columns, ['episodeCounts']);
  return decodeSeries(rarity, structuredClone({ ...encoded, states, policies }))[0]! as SeriesState<unknown>;
}

function without(columns: Columns, names: readonly string[]): Columns {
  return Object.fromEntries(Object.entries(columns).filter(([name]) => !names.includes(name)));
}

describe.skipIf(folder === undefined)('the change to version 8 on recorded series', () => {
  it.each([
    ['6', asOfVersion6],
    ['7', asOfVersion7],
  ])(
    'from version %s raises no alert in its first hour that would not have come within an hour without it',
    (_, asOfOlder) => {
      const storms: string[] = [];
      let changes = 0;
      for (const { name, samples } of nabSeries(folder!)) {
        const stepSeconds = inferStepSeconds(samples.timesSeconds);
        const monitor = { ...monitorOf(rarity, {}, stepSeconds), skipBand: true };
        const rows: Sample[] = Array.from(samples.timesSeconds, (timeSeconds, row) => ({
          timeSeconds,
          value: samples.values[row]!,
        }));
        const state = startSeries(monitor);
        const changed: { fromSeconds: number; alerts: { timeSeconds: number }[] }[] = [];
        const every = Math.floor(rows.length / 12);
        const undisturbed = rows.flatMap((row, index) => {
          if (index > 0 && index % every === 0) {
            const alerts = alertsOf(
              feed(monitor, asOfOlder(state), rows.slice(index, index + HOUR / stepSeconds), noModel),
            );
            changed.push({ fromSeconds: row.timeSeconds, alerts });
          }
          return alertsOf(feed(monitor, state, [row], noModel));
        });
        changes += changed.length;
        for (const { fromSeconds, alerts } of changed)
          for (const alert of alerts)
            if (!undisturbed.some(({ timeSeconds }) => Math.abs(timeSeconds - alert.timeSeconds) <= HOUR))
              storms.push(`${name}, changed at ${fromSeconds}`);
      }
      expect(changes).toBeGreaterThan(100);
      expect(storms).toEqual([]);
    },
  );
});
