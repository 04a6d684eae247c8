import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeTick } from '../../lib/compose/tick.ts';
import { configurationSchema } from '../../lib/config/schema.ts';
import { silentLogger } from '../../lib/telemetry/logger.ts';
import { queryInfluxDb } from '../services/influxdb-query.ts';
import { cannotHave, type UsedInfluxDb, useInfluxDb } from '../services/shared.ts';

const [REVOKED_AT, ROTATED_AT, TICKS] = [4, 8, 12];
const lastSeconds = Math.floor(Date.now() / 60_000) * 60 - 120;
const tickSeconds = (tick: number) => lastSeconds - (TICKS - 1 - tick) * 60;

/** A token that may write to a bucket alone, until it is revoked. */
async function writeToken({ url, token, orgId: orgID, bucketId }: UsedInfluxDb) {
  const headers = { authorization: `Token ${token}`, 'content-type': 'application/json' };
  const permissions = [{ action: 'write', resource: { type: 'buckets', id: bucketId, orgID } }];
  const body = JSON.stringify({ orgID, permissions });
  const made = await fetch(`${url}/api/v2/authorizations`, { method: 'POST', headers, body });
  const { id, token: text } = (await made.json()) as { readonly id: string; readonly token: string };
  return {
    text,
    revoke: () => fetch(`${url}/api/v2/authorizations/${id}`, { method: 'DELETE', headers }),
  };
}

/** The ticks that there is a record of, with the number of verdicts. */
async function storedIn(
  influx: UsedInfluxDb,
): Promise<{ readonly ticks: number[]; readonly verdicts: number }> {
  const count = async (filter: string) =>
    queryInfluxDb<{ _time: string }>(influx, `|> filter(fn: (r) => ${filter})`, '-2d');
  const ticks = await count('r._measurement == "tick" and r._field == "seriesScored"');
  const verdicts = await count('r._measurement == "verdict" and r._field == "value"');
  return {
    ticks: ticks.map(({ _time }) => Date.parse(_time) / 1000).toSorted(),
    verdicts: verdicts.length,
  };
}

describe.skipIf(await cannotHave('influxdb'))(
  'a token that is revoked, and then rotated, while ticks run',
  () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'tidemark-token-'));
    });
    afterAll(() => rm(folder, { recursive: true }));

    const everyTick = Array.from({ length: TICKS }, (_, tick) => tickSeconds(tick));

    it('costs the record nothing: results wait in the spool until the configuration is read again', async () => {
      await using influx = await useInfluxDb();
      await using sound = await useInfluxDb();
      const first = await writeToken(influx);
      const environment: Record<string, string> = { TOKEN: first.text, SOUND: sound.token };
      const runtime = { logger: silentLogger, environment, remainingMilliseconds: () => Infinity };
      const configurationOf = (name: string, { url, org, bucket }: UsedInfluxDb, token: string) =>
        configurationSchema.parse({
          source: { kind: 'simulation' },
          metrics: [{ name: 'cpu' }],
          models: { kind: 'filesystem', directory: join(folder, name) },
          results: { kind: 'influxdb', url, org, bucket, token: { env: token } },
        });
      const configuration = configurationOf('record', influx, 'TOKEN');
      const summaries = [];
      {
        await using tick = await composeTick(configuration, runtime);
        for (let number = 0; number < ROTATED_AT; number += 1) {
          if (number === REVOKED_AT) await first.revoke();
          summaries.push(await tick.collectAndDetect(0, tickSeconds(number)));
        }
        expect(await tick.ports.health?.soFar(0, tickSeconds(ROTATED_AT))).toContainEqual(
          expect.objectContaining({
            role: 'results',
            state: 'down',
            trouble: expect.objectContaining({ reason: expect.stringContaining('results.token') }),
          }),
        );
      }
      expect(summaries.map(({ recordsSpooled }) => recordsSpooled > 0)).toEqual(
        Array.from({ length: ROTATED_AT }, (_, number) => number >= REVOKED_AT),
      );
      environment.TOKEN = (await writeToken(influx)).text;
      {
        // A function reads its configuration and its secrets again every five minutes.
        await using tick = await composeTick(configuration, runtime);
        for (let number = ROTATED_AT; number < TICKS; number += 1)
          await tick.collectAndDetect(0, tickSeconds(number));
      }
      await using whole = await composeTick(configurationOf('sound', sound, 'SOUND'), runtime);
      for (const seconds of everyTick) await whole.collectAndDetect(0, seconds);
      expect((await storedIn(influx)).ticks).toEqual(everyTick);
      expect(await storedIn(influx)).toEqual(await storedIn(sound));
    });

    it('costs a copy nothing, and the new token counts at its next try', async () => {
      await using influx = await useInfluxDb();
      const first = await writeToken(influx);
      const environment: Record<string, string> = { TOKEN: first.text };
      const { url, org, bucket } = influx;
      const configuration = configurationSchema.parse({
        source: { kind: 'simulation' },
        metrics: [{ name: 'cpu' }],
        models: { kind: 'filesystem', directory: join(folder, 'copied') },
        results: { kind: 'ndjson', directory: join(folder, 'files') },
        resultCopies: { influx: { kind: 'influxdb', url, org, bucket, token: { env: 'TOKEN' }, retries: 0 } },
      });
      const runtime = { logger: silentLogger, environment, remainingMilliseconds: () => Infinity };
      {
        await using tick = await composeTick(configuration, runtime);
        for (const [number, seconds] of everyTick.entries()) {
          if (number === REVOKED_AT) await first.revoke();
          if (number === ROTATED_AT) environment.TOKEN = (await writeToken(influx)).text;
          await tick.collectAndDetect(0, seconds);
        }
        // The copy is left alone for as long as its last failure says, which real ticks outlast.
        await expect.poll(() => drained(tick, lastSeconds), { timeout: 60_000 }).toBe(true);
      }
      expect((await storedIn(influx)).ticks).toEqual(everyTick);
    });

    /** Lets the copies write what waits. */
    async function drained(
      tick: Awaited<ReturnType<typeof composeTick>>,
      timeSeconds: number,
    ): Promise<boolean> {
      const { copies } = tick.ports;
      copies?.follow({ shard: 0, timeSeconds, metrics: [] }, []);
      await copies?.settled();
      const waiting = await Promise.all((copies?.copies ?? []).map(({ spool }) => spool.waiting(0, 1)));
      return waiting.flat().length === 0;
    }
  },
);
