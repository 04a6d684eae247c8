import { ModelFileError } from './errors.ts';
import { MODEL_VERSION, type ProphetModel } from './model.ts';

/**
 * A model as a plain record of numbers, strings and typed arrays, which may be stored in a file with others.
 */
export interface ProphetModelRecord extends ProphetModel {
  readonly version: number;
}

export function encodeProphet(model: ProphetModel): ProphetModelRecord {
  return { version: MODEL_VERSION, ...model };
}

/**
 * Decodes and checks a model's record, so that forecasts never meet missing or non-numeric fields.
 *
 * @throws ModelFileError for another version, or for a record that is not a model.
 */
export function decodeProphet(record: unknown): ProphetModel {
  const fields = recordOf(record, 'the record');
  if (fields.version !== MODEL_VERSION) throw unknownVersion(fields.version);
  if (fields.kind !== 'prophet') throw broken('its kind is not "prophet"');
  return {
    kind: 'prophet',
    growth: oneOf(fields, 'growth', ['linear', 'flat', 'logistic']),
    startSeconds: finite(fields, 'startSeconds'),
    spanSeconds: positive(fields, 'spanSeconds'),
    floor: finite(fields, 'floor'),
    scale: positive(fields, 'scale'),
    slope: finite(fields, 'slope'),
    offset: finite(fields, 'offset'),
    ...changesOf(fields),
    changepointRate: finite(fields, 'changepointRate'),
    slopeChangeScale: finite(fields, 'slopeChangeScale'),
    capacity: finite(fields, 'capacity'),
    sigma: positive(fields, 'sigma'),
    seasonalities: list(fields, 'seasonalities').map((seasonality) => ({
      name: text(seasonality, 'name'),
      periodSeconds: positive(seasonality, 'periodSeconds'),
      mode: modeOf(seasonality),
      condition: seasonality.condition === undefined ? undefined : text(seasonality, 'condition'),
      coefficients: column(seasonality, 'coefficients'),
    })),
    holidays: list(fields, 'holidays').map((holiday) => ({
      name: text(holiday, 'name'),
      mode: modeOf(holiday),
      coefficient: finite(holiday, 'coefficient'),
      windowsSeconds: column(holiday, 'windowsSeconds'),
    })),
    regressors: list(fields, 'regressors').map((regressor) => ({
      name: text(regressor, 'name'),
      mode: modeOf(regressor),
      coefficient: finite(regressor, 'coefficient'),
      mean: finite(regressor, 'mean'),
      deviation: positive(regressor, 'deviation'),
    })),
    clock: fields.clock === undefined ? undefined : clockOf(recordOf(fields.clock, 'clock')),
    band: bandOf(recordOf(fields.band, 'band')),
    quality: qualityOf(recordOf(fields.quality, 'quality')),
  };
}

/** @param version the value of the version field. */
export function unknownVersion(version: unknown): ModelFileError {
  return new ModelFileError(
    'unknown-version',
    `it has version ${String(version)}, and this version of Tidemark reads version ${MODEL_VERSION}. ` +
      'Train the series again, or run the version of Tidemark that wrote it.',
  );
}

type Fields = Readonly<Record<string, unknown>>;

function broken(detail: string): ModelFileError {
  return new ModelFileError('not-a-model', `${detail}. Train the series again.`);
}

function recordOf(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null) throw broken(`${name} is not an object`);
  return Object.fromEntries(Object.entries(value));
}

function finite(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isFinite(value)) throw broken(`${name} is not a finite number`);
  return value;
}

function positive(fields: Fields, name: string): number {
  const value = finite(fields, name);
  if (!(value > 0)) throw broken(`${name} is not above 0`);
  return value;
}

function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string') throw broken(`${name} is not a text`);
  return value;
}

function oneOf<Choice extends string>(fields: Fields, name: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((candidate) => candidate === fields[name]);
  if (choice === undefined) throw broken(`${name} is not one of ${choices.join(', ')}`);
  return choice;
}

function modeOf(fields: Fields): 'additive' | 'multiplicative' {
  return oneOf(fields, 'mode', ['additive', 'multiplicative']);
}

function column(fields: Fields, name: string): Float64Array {
  const value = fields[name];
  if (!(value instanceof Float64Array) || !value.every(Number.isFinite)) {
    throw broken(`${name} is not a column of finite numbers`);
  }
  return value;
}

function list(fields: Fields, name: string): readonly Fields[] {
  const value = fields[name];
  if (!Array.isArray(value)) throw broken(`${name} is not a list`);
  return value.map((entry) => recordOf(entry, name));
}

function changesOf(fields: Fields): Pick<ProphetModel, 'changepoints' | 'slopeChanges'> {
  const changepoints = column(fields, 'changepoints');
  const slopeChanges = column(fields, 'slopeChanges');
  if (changepoints.length !== slopeChanges.length)
    throw broken('it has changepoints without a change of slope');
  return { changepoints, slopeChanges };
}

function clockOf(fields: Fields): ProphetModel['clock'] {
  return {
    timeZone: text(fields, 'timeZone'),
    transitionsSeconds: column(fields, 'transitionsSeconds'),
    offsetsSeconds: column(fields, 'offsetsSeconds'),
  };
}

function bandOf(fields: Fields): ProphetModel['band'] {
  return { level: finite(fields, 'level'), logMultiples: column(fields, 'logMultiples') };
}

function qualityOf(fields: Fields): ProphetModel['quality'] {
  return {
    samples: finite(fields, 'samples'),
    stepSeconds: positive(fields, 'stepSeconds'),
    completeness: finite(fields, 'completeness'),
    skill: finite(fields, 'skill'),
    kktResidual: typeof fields.kktResidual === 'number' ? fields.kktResidual : Number.NaN,
    method: oneOf(fields, 'method', ['exact', 'stan', 'constant']),
  };
}
