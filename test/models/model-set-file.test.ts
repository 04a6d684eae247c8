import { describe, expect, it } from 'vitest';
import { forecasterOf } from '../../lib/baseline/forecasters.ts';
import { UnreadableModelSetError } from '../../lib/models/errors.ts';
import { decodeModelSet, encodeModelSet } from '../../lib/models/model-set-file.ts';
import { forecastTimes } from '../../lib/prophet/forecast-times.ts';
import { fittedModel, trainedModels } from './trained-models.ts';

function reasonFor(bytes: Uint8Array): string {
  try {
    decodeModelSet(bytes);
    return 'was read';
  } catch (error) {
    if (!(error instanceof UnreadableModelSetError)) throw error;
    return error.reason;
  }
}

describe('a file of models', () => {
  it('comes back as it was, forecasts bit for bit', async () => {
    const models = await trainedModels();
    const read = decodeModelSet(encodeModelSet(models));
    expect(read).toEqual(models);
    const times = forecastTimes(Float64Array.from({ length: 50 }, (_, index) => 1_772_420_400 + 977 * index));
    const [before, after] = [models, read].map(({ series: [first] }) => {
      const { kind, model } = first!.fitted!;
      return forecasterOf(kind).forecast(model, times);
    });
    expect(after).toEqual(before);
  });

  it('is the same bytes for the same models, whatever was encoded before', async () => {
    const first = encodeModelSet(await trainedModels());
    encodeModelSet(await trainedModels({ metric: 'another', series: [] }));
    expect(encodeModelSet(await trainedModels())).toEqual(first);
  });

  it('takes less than 2 KB a series', async () => {
    const one = await trainedModels();
    const many = {
      ...one,
      series: Array.from({ length: 200 }, (_, index) => ({ ...one.series[0]!, key: `series ${index}` })),
    };
    expect(encodeModelSet(many).length / 200).toBeLessThan(2048);
  });

  it('holds models of every kind', async () => {
    const one = await trainedModels();
    const fitted = await fittedModel('seasonal-naive');
    const models = { ...one, series: [{ ...one.series[0]!, fitted }] };
    expect(decodeModelSet(encodeModelSet(models))).toEqual(models);
  });

  it('says why it can not be read', async () => {
    const bytes = encodeModelSet(await trainedModels());
    expect(reasonFor(bytes.subarray(0, bytes.length - 7))).toBe('truncated');
    expect(reasonFor(bytes.subarray(0, 9))).toBe('not-a-model-set');
    expect(reasonFor(new TextEncoder().encode('<html>no such bucket</html>'))).toBe('not-a-model-set');
    const newer = bytes.slice();
    newer[4] = 9;
    expect(reasonFor(newer)).toBe('unknown-version');
    for (let at = 16; at < bytes.length; at += 97) {
      const damaged = bytes.slice();
      damaged[at]! ^= 0x10;
      expect(reasonFor(damaged)).toBe('checksum');
    }
  });

  it('refuses a model of a version that the forecaster does not know, and names the series', async () => {
    const one = await trainedModels();
    const fitted = { ...(await fittedModel('seasonal-naive')), kind: 'prophet' as const };
    const wrong = { ...one, series: [{ ...one.series[0]!, fitted }] };
    expect(() => decodeModelSet(encodeModelSet(wrong))).toThrow(/web-1.*Train the series again/);
  });
});
