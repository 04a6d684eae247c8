import { describe, expect, it } from 'vitest';
import { ModelFileError } from '../../lib/prophet/errors.ts';
import { isProphetModel, MODEL_VERSION, type ProphetModel } from '../../lib/prophet/model.ts';
import { decodeProphet, encodeProphet } from '../../lib/prophet/model-record.ts';
import { modelOf } from './hand-made-model.ts';

const complete: ProphetModel = modelOf({
  changepoints: Float64Array.of(0.3),
  slopeChanges: Float64Array.of(0.1),
  seasonalities: [
    {
      name: 'daily',
      periodSeconds: 86_400,
      mode: 'additive',
      condition: undefined,
      coefficients: Float64Array.of(1, 2),
    },
    {
      name: 'open',
      periodSeconds: 600,
      mode: 'multiplicative',
      condition: 'open',
      coefficients: Float64Array.of(3, 4),
    },
  ],
  holidays: [
    { name: 'New Year', mode: 'additive', coefficient: -1, windowsSeconds: Float64Array.of(0, 86_400) },
  ],
  regressors: [{ name: 'load', mode: 'additive', coefficient: 2, mean: 3, deviation: 4 }],
  clock: {
    timeZone: 'Europe/Berlin',
    transitionsSeconds: Float64Array.of(0),
    offsetsSeconds: Float64Array.of(3600),
  },
});

type Fields = Record<string, unknown>;
const recordWith = (changes: Fields) => ({ ...encodeProphet(complete), ...changes });
const first = (list: readonly object[], changes: Fields) => [{ ...list[0], ...changes }, ...list.slice(1)];
const { seasonalities, holidays, regressors, clock, band, quality } = complete;

describe('the record of a model', () => {
  it('is the model and its version, and gives the model back', () => {
    const record = encodeProphet(complete);
    expect(record.version).toBe(MODEL_VERSION);
    expect(decodeProphet(record)).toEqual(complete);
    expect(decodeProphet(encodeProphet(modelOf()))).toEqual(modelOf());
  });

  it.each<[string, unknown]>([
    ['the record is not an object', 'a model'],
    ['the record is not an object', null],
    ['its kind is not "prophet"', recordWith({ kind: 'naive' })],
    ['growth is not one of linear, flat, logistic', recordWith({ growth: 'cubic' })],
    ...[
      'startSeconds',
      'floor',
      'slope',
      'offset',
      'changepointRate',
      'slopeChangeScale',
      'capacity',
    ].flatMap((name): [string, unknown][] => [
      [`${name} is not a finite number`, recordWith({ [name]: undefined })],
      [`${name} is not a finite number`, recordWith({ [name]: Infinity })],
    ]),
    ...['spanSeconds', 'scale', 'sigma'].flatMap((name): [string, unknown][] => [
      [`${name} is not a finite number`, recordWith({ [name]: '1' })],
      [`${name} is not above 0`, recordWith({ [name]: 0 })],
    ]),
    ['changepoints is not a column of finite numbers', recordWith({ changepoints: [0.3] })],
    [
      'slopeChanges is not a column of finite numbers',
      recordWith({ slopeChanges: Float64Array.of(Number.NaN) }),
    ],
    ['it has changepoints without a change of slope', recordWith({ slopeChanges: new Float64Array(0) })],
    ['seasonalities is not a list', recordWith({ seasonalities: {} })],
    ['holidays is not a list', recordWith({ holidays: undefined })],
    ['regressors is not a list', recordWith({ regressors: 'none' })],
    ['seasonalities is not an object', recordWith({ seasonalities: [7] })],
    ['name is not a text', recordWith({ seasonalities: first(seasonalities, { name: 7 }) })],
    [
      'periodSeconds is not above 0',
      recordWith({ seasonalities: first(seasonalities, { periodSeconds: -1 }) }),
    ],
    [
      'mode is not one of additive, multiplicative',
      recordWith({ seasonalities: first(seasonalities, { mode: 'odd' }) }),
    ],
    ['condition is not a text', recordWith({ seasonalities: first(seasonalities, { condition: 1 }) })],
    [
      'coefficients is not a column',
      recordWith({ seasonalities: first(seasonalities, { coefficients: [1, 2] }) }),
    ],
    ['name is not a text', recordWith({ holidays: first(holidays, { name: undefined }) })],
    ['mode is not one of', recordWith({ holidays: first(holidays, { mode: undefined }) })],
    ['coefficient is not a finite number', recordWith({ holidays: first(holidays, { coefficient: 'x' }) })],
    [
      'windowsSeconds is not a column',
      recordWith({ holidays: first(holidays, { windowsSeconds: undefined }) }),
    ],
    ['name is not a text', recordWith({ regressors: first(regressors, { name: null }) })],
    ['mode is not one of', recordWith({ regressors: first(regressors, { mode: '' }) })],
    [
      'coefficient is not a finite number',
      recordWith({ regressors: first(regressors, { coefficient: Number.NaN }) }),
    ],
    ['mean is not a finite number', recordWith({ regressors: first(regressors, { mean: undefined }) })],
    ['deviation is not above 0', recordWith({ regressors: first(regressors, { deviation: 0 }) })],
    ['clock is not an object', recordWith({ clock: 'UTC' })],
    ['timeZone is not a text', recordWith({ clock: { ...clock, timeZone: 1 } })],
    ['transitionsSeconds is not a column', recordWith({ clock: { ...clock, transitionsSeconds: [0] } })],
    ['offsetsSeconds is not a column', recordWith({ clock: { ...clock, offsetsSeconds: undefined } })],
    ['band is not an object', recordWith({ band: undefined })],
    ['level is not a finite number', recordWith({ band: { ...band, level: 'high' } })],
    ['logMultiples is not a column', recordWith({ band: { ...band, logMultiples: undefined } })],
    ['quality is not an object', recordWith({ quality: 1 })],
    ['samples is not a finite number', recordWith({ quality: { ...quality, samples: undefined } })],
    ['stepSeconds is not above 0', recordWith({ quality: { ...quality, stepSeconds: 0 } })],
    ['completeness is not a finite number', recordWith({ quality: { ...quality, completeness: undefined } })],
    ['skill is not a finite number', recordWith({ quality: { ...quality, skill: undefined } })],
    ['method is not one of exact, stan, constant', recordWith({ quality: { ...quality, method: 'guess' } })],
  ])('is refused: %s', (words, record) => {
    expect(() => decodeProphet(record)).toThrow(ModelFileError);
    expect(() => decodeProphet(record)).toThrow(`The model cannot be read: ${words}`);
    expect(() => decodeProphet(record)).toThrow('Train the series again.');
  });

  it('of another version is refused with both versions, whatever else it holds', () => {
    expect(() => decodeProphet({ version: 2 })).toThrow(
      'it has version 2, and this version of Tidemark reads version 1. ' +
        'Train the series again, or run the version of Tidemark that wrote it.',
    );
    expect(() => decodeProphet({})).toThrow('it has version undefined');
  });

  it('may lack the residual of the optimality conditions, as after a fit by Stan', () => {
    const decoded = (kktResidual: unknown) =>
      decodeProphet(recordWith({ quality: { ...quality, kktResidual } })).quality.kktResidual;
    expect([decoded(undefined), decoded(null), decoded(1e-9), decoded(Number.NaN)]).toEqual([
      Number.NaN,
      Number.NaN,
      1e-9,
      Number.NaN,
    ]);
  });

  it.each([['exact'], ['stan'], ['constant']] as const)('may be of a fit that was %s', (method) => {
    expect(decodeProphet(recordWith({ quality: { ...quality, method } })).quality.method).toBe(method);
  });

  it.each([['linear'], ['flat'], ['logistic']] as const)('may grow %s', (growth) => {
    expect(decodeProphet(recordWith({ growth })).growth).toBe(growth);
  });
});

describe('a stored model', () => {
  it('is a Prophet model by its kind', () => {
    expect([complete, { kind: 'naive' }, {}, null, 'prophet', undefined].map(isProphetModel)).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});
