import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { ModelStore } from '../../lib/models/model-store.ts';
import type { ObjectStore } from '../../lib/storage/object-store.ts';
import { S3ObjectStore } from '../../lib/storage/s3-object-store.ts';
import { endedAtWrite, ProcessEnded, retrainWorld, runSteps } from '../pipeline/retrain/retrain-world.ts';
import { midnight } from '../pipeline/training/training-run.ts';
import { cannotHave, useService } from '../services/shared.ts';

/** A bucket of its own. */
async function emptyBucket(): Promise<ObjectStore> {
  const { endpoint } = await useService('cloud');
  const client = new S3Client({
    region: 'us-east-1',
    endpoint,
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const Bucket = `retrain-${randomUUID()}`;
  await client.send(new CreateBucketCommand({ Bucket }));
  return new S3ObjectStore(client, Bucket);
}

/** All that a retraining leaves of models: the pointer and the versions. */
async function remains(objects: ObjectStore) {
  const models = new ModelStore(objects);
  return {
    champions: await models.champions(),
    versions: await Promise.all(['cpu_usage', 'memory'].map((metric) => models.versions(metric))),
  };
}

describe.skipIf(await cannotHave('cloud'))('a retraining on S3', () => {
  it('that is ended at any of its writes and run again gives the same champions as one that never was', async () => {
    const undisturbed = await emptyBucket();
    await runSteps(retrainWorld(undisturbed), 'run', midnight);
    const expected = await remains(undisturbed);
    expect(expected.champions.champions.size).toBe(2);
    let ends = 0;
    for (let write = 1; ; write += 1) {
      for (const when of ['before', 'after'] as const) {
        const objects = await emptyBucket();
        const world = retrainWorld(endedAtWrite(objects, write, when));
        const ended = await runSteps(world, 'run', midnight).then(
          () => false,
          (error: unknown) => {
            expect(error).toBeInstanceOf(ProcessEnded);
            return true;
          },
        );
        if (!ended) {
          // Every write of a whole run was an end once: the plan, five for each metric, the report.
          expect(ends).toBe(2 * 12);
          return;
        }
        ends += 1;
        await runSteps(retrainWorld(objects), 'run', midnight);
        expect(await remains(objects), `ended ${when} write ${write}`).toEqual(expected);
      }
    }
  });

  it('that meets others at the same time ends in one champion a metric, of which every version is there', async () => {
    const objects = await emptyBucket();
    const runs = [0, 1, 2, 3].map((index) =>
      runSteps(retrainWorld(objects), `run-${index}`, midnight + 300 * index),
    );
    await Promise.all(runs);
    const models = new ModelStore(objects);
    const { champions, isRebuilt } = await models.champions();
    expect(isRebuilt).toBe(false);
    for (const metric of ['cpu_usage', 'memory']) {
      const champion = champions.get(metric);
      const versions = [champion!.version, ...champion!.history];
      expect(await models.versions(metric)).toEqual(expect.arrayContaining(versions));
      expect(await models.loadChampion(metric, champion!)).toMatchObject({ isStale: false, problems: [] });
    }
  });
});
