import { describe, expect, it } from 'vitest';
import { ModelFileError } from '../../lib/prophet/errors.ts';
import { readModelFile, writeModelFile } from '../../lib/prophet/model-file.ts';
import { decodeProphet, encodeProphet } from '../../lib/prophet/model-record.ts';
import { fitted } from './fitted.ts';
import { syntheticSeries } from './synthetic.ts';

const plain = await fitted(syntheticSeries());
const local = await fitted(syntheticSeries({ days: 20 }), {
  timeZone: 'Europe/Berlin',
  holidays: { country: 'US' },
});

function reasonOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof ModelFileError) return error.reason;
    throw error;
  }
  return 'it was read';
}

describe('a model file', () => {
  it('gives back the model that was written, to the bit', () => {
    for (const model of [plain, local]) expect(readModelFile(writeModelFile(model))).toEqual(model);
  });

  it('takes about a kilobyte a series', () => {
    expect(writeModelFile(plain).length).toBeLessThan(1300);
  });

  it('is refused when any of its bytes is changed', () => {
    const file = writeModelFile(plain);
    for (let position = 0; position < file.length; position += position < 16 ? 1 : 13) {
      const damaged = file.slice();
      damaged[position]! ^= 0x41;
      expect(
        reasonOf(() => readModelFile(damaged)),
        `byte ${position}`,
      ).not.toBe('it was read');
    }
  });

  it.each<[string, (file: Uint8Array) => Uint8Array, string]>([
    ['nothing', () => new Uint8Array(0), 'not-a-model'],
    [
      'a file of another kind',
      () => new TextEncoder().encode('{"this": "is JSON and long enough"}'),
      'not-a-model',
    ],
    ['a file that was cut off', (file) => file.subarray(0, file.length - 9), 'truncated'],
    ['a damaged payload', (file) => file.with(200, file[200]! ^ 1), 'checksum'],
    ['a version of the future', (file) => file.with(4, 9), 'unknown-version'],
    ['a file beyond all size', () => new Uint8Array(1e6), 'too-large'],
  ])('says why it refuses %s', (_, spoil, reason) => {
    expect(reasonOf(() => readModelFile(spoil(Uint8Array.from(writeModelFile(plain)))))).toBe(reason);
  });

  it('names both versions when it refuses one', () => {
    expect(() => decodeProphet({ ...encodeProphet(plain), version: 9 })).toThrow(
      /has version 9, .* reads version 1/,
    );
  });

  it.each<[string, object]>([
    ['a slope that is not a number', { slope: Number.NaN }],
    ['a scale of zero', { scale: 0 }],
    ['columns as lists', { changepoints: [0.1] }],
    ['a changepoint without its change', { changepoints: new Float64Array(99) }],
    ['an unknown growth', { growth: 'wild' }],
    [
      'a seasonality without coefficients',
      { seasonalities: [{ name: 'daily', periodSeconds: 9, mode: 'additive' }] },
    ],
    ['no quality', { quality: undefined }],
  ])('refuses a record with %s', (_, change) => {
    expect(reasonOf(() => decodeProphet({ ...encodeProphet(plain), ...change }))).toBe('not-a-model');
  });
});
