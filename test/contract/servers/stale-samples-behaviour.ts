import { createServer } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instantSelectors } from '../../../lib/config/promql-selectors.ts';
import { freshQuery } from '../../../lib/sources/prometheus/fresh-query.ts';
import type { SeriesSource } from '../../../lib/sources/series-source.ts';
import { promqlQueries } from '../../config/promql-queries.ts';
import type { MetricServer, RunningServer } from './metric-server.ts';
import { sourceAt } from './source-at.ts';
import { until } from './until.ts';

const range = (startSeconds: number, endSeconds: number, query: string) => ({
  query,
  startSeconds,
  endSeconds,
  stepSeconds: 15,
});

/** A dead target's last sample ends when the configuration says so, on every server. */
export function endsStaleSeries(server: MetricServer): void {
  describe(`samples in ${server.title} that no marker ends`, () => {
    // A whole number of hours ago, so that the history lies in blocks of its own.
    const now = Math.floor(Date.now() / 3_600_000) * 3600;
    const start = now - 7200;
    const lastOfDead = start + 900;
    let running: RunningServer | undefined;

    const every15Seconds = (from: number, to: number, valueAt: (time: number) => number) =>
      Array.from({ length: (to - from) / 15 + 1 }, (_, index) => {
        const time = from + index * 15;
        return [time, valueAt(time)] as const;
      });

    beforeAll(async () => {
      running = await server.start({
        history: [
          { name: 'load', labels: { host: 'dead' }, samples: every15Seconds(start, lastOfDead, () => 7) },
          {
            name: 'load',
            labels: { host: 'constant' },
            samples: every15Seconds(start, start + 3600, () => 7),
          },
          {
            name: 'load',
            labels: { host: 'moving' },
            samples: every15Seconds(start, start + 3600, (time) => time),
          },
        ],
      });
    });
    afterAll(() => running?.[Symbol.asyncDispose]());

    const sourceOf = (staleAfterSeconds: number) => sourceAt(running!.url, { staleAfterSeconds }).source;
    const lastTimes = async (staleAfterSeconds: number) => {
      const { series } = await sourceOf(staleAfterSeconds).queryRange(range(start, start + 1800, 'load'));
      return new Map(series.map(({ labels, samples }) => [labels.host ?? '', samples.timesSeconds]));
    };

    it('stand for steps no longer than the configuration allows', async () => {
      const times = await lastTimes(65);
      // A server may look back less than that by itself.
      const last = lastOfDead + Math.min(60, Math.max(15, server.lookbackSeconds - 45));
      expect(times.get('dead')?.at(-1)).toBeLessThanOrEqual(lastOfDead + 60);
      expect(times.get('dead')?.at(-1)).toBeGreaterThanOrEqual(last);
    });

    it('are repeated for as long as the server does by itself when the configuration does not say less', async () => {
      const last = (await lastTimes(300)).get('dead')?.at(-1) ?? 0;
      expect(last).toBeGreaterThanOrEqual(lastOfDead + Math.min(285, server.lookbackSeconds - 45));
      expect(last).toBeLessThanOrEqual(lastOfDead + server.lookbackSeconds);
    });

    it('take nothing from a series that is constant and alive, nor from one that moves', async () => {
      const times = await lastTimes(20);
      expect(times.get('constant')?.length).toBe(1800 / 15 + 1);
      expect(times.get('moving')?.length).toBe(1800 / 15 + 1);
    });

    it('are left out of what is computed of them', async () => {
      const query = range(lastOfDead, lastOfDead + 600, 'count(load)');
      const counts = async (staleAfterSeconds: number) => {
        const { series } = await sourceOf(staleAfterSeconds).queryRange(query);
        return [...(series[0]?.samples.values ?? [])];
      };
      const few = await counts(65);
      expect(few.slice(0, 2)).toEqual([3, 3]);
      expect(few.slice(5)).toEqual(Array(few.length - 5).fill(2));
      const many = await counts(300);
      expect(many.filter((count) => count === 3).length).toBeGreaterThanOrEqual(
        few.filter((count) => count === 3).length,
      );
    });

    it('are left out by a query that the server takes, whatever query it is made of', async () => {
      const isTaken = async (query: string) => {
        const body = new URLSearchParams({ query, start: String(start), end: String(start), step: '15' });
        const answer = await fetch(`${running!.url}/api/v1/query_range`, { method: 'POST', body });
        if (answer.ok) return true;
        // What goes wrong with the samples of a query says nothing of its grammar.
        return answer.status === 422 && !server.refuses.unparsable.test(await answer.text());
      };
      const taken: string[] = [];
      const refused: string[] = [];
      const others = ['load / on(host) group_left load', 'load + on(host) group_right # a\n{host="dead"}'];
      const numRuns = server.survivesAnyQuery ? 300 : 0;
      const generated = numRuns > 0 ? fc.sample(promqlQueries(String), { numRuns, seed: 1 }) : [];
      for (const text of [...others, ...generated.map((query) => query.text)]) {
        if (!(await isTaken(text))) continue;
        taken.push(text);
        const fresh = freshQuery(text, instantSelectors(text) ?? [], 60);
        if (!(await isTaken(fresh))) refused.push(`${text} as ${fresh}`);
      }
      expect(refused).toEqual([]);
      expect(taken.length).toBeGreaterThan(numRuns > 0 ? 100 : 1);
    });
  });

  describe(`a target of ${server.title} that dies`, () => {
    /** An exporter that says itself when it measured: no marker is written then when it is gone. */
    async function exporter(withTimes: boolean) {
      const listener = createServer((_, response) => {
        const time = withTimes ? ` ${Date.now()}` : '';
        // Prometheus 3 takes nothing that does not say what it is.
        response.setHeader('content-type', 'text/plain; version=0.0.4');
        response.end(`constant 5${time}\n`);
      });
      await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
      const address = listener.address();
      const target = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
      const kill = async () => {
        listener.closeAllConnections();
        await new Promise((resolve) => listener.close(resolve));
      };
      return { target, kill };
    }
    const scrape = (job_name: string, target: string) => ({
      job_name,
      scrape_interval: '1s',
      static_configs: [{ targets: [target] }],
    });

    it.each([
      ['while it is watched leaves a marker, which ends its series at once', false, 300],
      ['without a marker ends its series when its last sample is too old', true, 10],
    ])('%s', async (_, withTimes, staleAfterSeconds) => {
      const [dying, living] = await Promise.all([exporter(withTimes), exporter(withTimes)]);
      await using running = await server.start({
        scrapeConfigs: [scrape('dying', dying.target), scrape('living', living.target)],
      });
      const { source } = sourceAt(running.url, { staleAfterSeconds });
      const jobsNow = async () => {
        const time = Math.floor(Date.now() / 1000) - server.seenAfterSeconds;
        const asked = { query: 'constant', startSeconds: time, endSeconds: time, stepSeconds: 1 };
        const { series } = await source.queryRange(asked);
        return series.map(({ labels }) => labels.job).toSorted();
      };
      await until(async () => (await jobsNow()).length === 2);
      await dying.kill();
      await until(async () => (await jobsNow()).length === 1);
      expect(await jobsNow()).toEqual(['living']);
      await living.kill();
    });

    it('while the server itself is down does not live on in the gap', async () => {
      const target = await exporter(false);
      await using running = await server.start({ scrapeConfigs: [scrape('target', target.target)] });
      const open = (staleAfterSeconds: number) => sourceAt(running.url, { staleAfterSeconds }).source;
      const valuesAt = async (source: SeriesSource, time: number) =>
        (await source.queryRange({ query: 'constant', startSeconds: time, endSeconds: time, stepSeconds: 1 }))
          .series;
      await until(
        async () =>
          (await valuesAt(open(10), Math.floor(Date.now() / 1000) - server.seenAfterSeconds)).length === 1,
      );
      await running.end();
      const killed = Math.ceil(Date.now() / 1000);
      await target.kill();
      await running.start();
      // Within the server's lookback where it is that long, and past ours.
      if (server.lookbackSeconds > 60) expect(await valuesAt(open(300), killed + 60)).toHaveLength(1);
      expect(await valuesAt(open(10), killed + 60)).toHaveLength(0);
    });
  });
}
