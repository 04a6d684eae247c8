import { setTimeout as pause } from 'node:timers/promises';
import { DisableRuleCommand, EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { queryInfluxDb } from '../services/influxdb-query.ts';
import { deployLocally } from '../services/local-deployment.ts';
import { silentProgress } from '../services/progress.ts';
import { cannotHave, useInfluxDb, useService } from '../services/shared.ts';
import { startServer } from '../services/start-server.ts';

const STEP_SECONDS = 5;
const DELAY_SECONDS = 5;
const CATCH_UP_SECONDS = 120;
/** Two invocations and the beginning of a third. */
const WATCHED_SECONDS = 150;

interface Step {
  readonly _time: string;
  readonly mode: string;
}
interface TickRow {
  readonly _time: string;
  readonly _value: number;
}

const secondsOf = ({ _time }: { readonly _time: string }) => Date.parse(_time) / 1000;

/** The middle and the largest of some numbers. */
function spread(numbers: readonly number[]): { readonly median: number; readonly largest: number } {
  const sorted = numbers.toSorted((one, other) => one - other);
  return { median: sorted[Math.floor(sorted.length / 2)]!, largest: sorted.at(-1)! };
}

describe.skipIf(await cannotHave('cloud', 'prometheus', 'nodeExporter', 'influxdb'))(
  'the deployed function with low latency',
  () => {
    it('scores every step of 5 s once over the hand-over from one invocation to the next', async () => {
      await using influx = await useInfluxDb();
      const prometheus = await useService('prometheus');
      await using server = await startServer('cloud');
      const cloud = server.address;
      const verdicts = () =>
        queryInfluxDb<Step>(
          influx,
          `|> filter(fn: (r) => r._measurement == "verdict" and r._field == "anomalous" and r.metric == "cpu_usage")
          |> keep(columns: ["_time", "mode"]) |> group() |> sort(columns: ["_time", "mode"])`,
        );
      const ticks = (field: string) =>
        queryInfluxDb<TickRow>(
          influx,
          `|> filter(fn: (r) => r._measurement == "tick" and r._field == "${field}") |> group() |> sort(columns: ["_time"])`,
        );
      await deployLocally(
        { cloud, prometheus, influxdb: influx },
        {
          progress: silentProgress,
          overrides: {
            TIDEMARK__SCHEDULE__STEP: `${STEP_SECONDS}s`,
            TIDEMARK__SCHEDULE__LATENCY: 'low',
            TIDEMARK__SCHEDULE__EVALUATION_DELAY: `${DELAY_SECONDS}s`,
            TIDEMARK__SCHEDULE__MAXIMUM_CATCH_UP: `${CATCH_UP_SECONDS}s`,
            TIDEMARK__SCHEDULE__WARM_UP: '0s',
          },
        },
      );
      const newest = async () => Math.max(0, ...(await verdicts()).map(secondsOf));
      await expect.poll(newest, { interval: 500 }).toBeGreaterThan(0);
      const firstLive = (await newest()) + STEP_SECONDS;
      // When each step was first seen in InfluxDB, in seconds after its own time.
      const arrivals = new Map<number, number>();
      while ((arrivals.size - 1) * STEP_SECONDS < WATCHED_SECONDS) {
        const step = await newest();
        if (!arrivals.has(step)) arrivals.set(step, Date.now() / 1000 - step);
        await pause(200);
      }
      await disableRule(cloud.endpoint);
      const found = await verdicts();
      const modes = new Set(found.map(({ mode }) => mode));
      expect(modes.size).toBeGreaterThan(3);
      for (const mode of modes) {
        const steps = found.filter((row) => row.mode === mode && secondsOf(row) >= firstLive).map(secondsOf);
        expect(steps.length, mode).toBeGreaterThan(WATCHED_SECONDS / STEP_SECONDS - 2);
        expect(steps, mode).toEqual(steps.map((_, index) => firstLive + index * STEP_SECONDS));
      }
      // A step that is written twice is one point: that none was scored twice shows in what the ticks counted.
      const written = (await ticks('verdictsWritten')).reduce((sum, { _value }) => sum + _value, 0);
      const stored = await queryInfluxDb<TickRow>(
        influx,
        '|> filter(fn: (r) => r._measurement == "verdict" and r._field == "anomalous") |> group() |> count()',
      );
      expect(stored[0]?._value).toBe(written);
      expect((await ticks('faults')).filter(({ _value }) => _value !== 0)).toEqual([]);
      const { median, largest } = spread([...arrivals.values()].slice(1));
      // For people: how long a step takes to InfluxDB depends on the machine.
      process.stderr.write(
        `${arrivals.size} steps, in InfluxDB ${median.toFixed(1)} s after their time (median), ` +
          `${largest.toFixed(1)} s (largest), ${DELAY_SECONDS} s of it the evaluation delay\n`,
      );
    });
  },
);

async function disableRule(endpoint: string): Promise<void> {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const events = new EventBridgeClient({ region: 'us-east-1', endpoint, credentials });
  const { Rules = [] } = await events.send(new ListRulesCommand({}));
  for (const { Name, ScheduleExpression } of Rules) {
    if (ScheduleExpression !== undefined) await events.send(new DisableRuleCommand({ Name }));
  }
}
