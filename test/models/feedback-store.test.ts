import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UnreadableFeedbackError } from '../../lib/models/errors.ts';
import type { Feedback } from '../../lib/models/feedback.ts';
import { FeedbackStore } from '../../lib/models/feedback-store.ts';
import { FilesystemObjectStore } from '../../lib/storage/filesystem-object-store.ts';

async function open() {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-feedback-'));
  return {
    folder,
    store: new FeedbackStore(new FilesystemObjectStore(folder)),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

const feedback = (incidentId: string, given: Partial<Feedback> = {}): Feedback => ({
  incidentId,
  metric: 'cpu_usage',
  labels: { instance: 'a:9100' },
  startSeconds: 1_700_000_000,
  endSeconds: 1_700_003_600,
  judgement: 'confirmed',
  givenAtSeconds: 1_700_010_000,
  ...given,
});

describe('FeedbackStore', () => {
  it('gives back what was said of a metric, in order of the onset', async () => {
    await using opened = await open();
    const late = feedback('late', { startSeconds: 1_700_000_500, note: 'disk "full"' });
    await opened.store.give(late);
    await opened.store.give(feedback('early'));
    await opened.store.give(feedback('other', { metric: 'load' }));
    expect(await opened.store.of('cpu_usage')).toEqual([feedback('early'), late]);
    expect(await opened.store.of('nobody')).toEqual([]);
    expect((await opened.store.all()).map(({ incidentId }) => incidentId)).toEqual([
      'early',
      'late',
      'other',
    ]);
  });

  it('keeps the last word on an incident', async () => {
    await using opened = await open();
    await opened.store.give(feedback('i1'));
    const second = feedback('i1', { judgement: 'false-alarm', givenAtSeconds: 1_700_020_000 });
    await opened.store.give(second);
    expect(await opened.store.of('cpu_usage')).toEqual([second]);
  });

  it('loses nothing of what several say at once', async () => {
    await using opened = await open();
    const ids = Array.from({ length: 12 }, (_, index) => `i${index}`);
    await Promise.all(ids.map((id) => opened.store.give(feedback(id))));
    const kept = (await opened.store.of('cpu_usage')).map(({ incidentId }) => incidentId);
    expect(kept.toSorted()).toEqual(ids.toSorted());
  });

  it.each(['a/b', '..', 'cpu:rate5m', 'Größe'])(
    'keeps a metric called %s apart from all others',
    async (metric) => {
      await using opened = await open();
      await opened.store.give(feedback('i1', { metric }));
      await opened.store.give(feedback('i2'));
      expect(await opened.store.of(metric)).toEqual([feedback('i1', { metric })]);
    },
  );

  it.each([
    '',
    '{',
    '{"formatVersion":2,"feedback":[]}',
    '{"formatVersion":1,"feedback":[{"incidentId":"i"}]}',
  ])('refuses to write over feedback that it can not read: %j', async (text) => {
    await using opened = await open();
    await opened.store.give(feedback('i1'));
    await writeFile(join(opened.folder, 'feedback/cpu_usage.json'), text);
    await expect(opened.store.give(feedback('i2'))).rejects.toThrow(UnreadableFeedbackError);
    await expect(opened.store.of('cpu_usage')).rejects.toThrow('feedback/cpu_usage.json');
  });
});
