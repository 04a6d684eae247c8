import { InvalidCronError } from './errors.ts';

/** The values at which each field of a cron expression holds. */
export interface CronFields {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly daysOfMonth: readonly number[];
  /** 1 is January. */
  readonly months: readonly number[];
  /** 0 is Sunday. */
  readonly daysOfWeek: readonly number[];
  /** When both day fields are restricted, a day that matches either one counts (as in crontab(5)). */
  readonly isEitherDay: boolean;
}

const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

interface Field {
  readonly name: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly names?: readonly string[];
}

const fields = [
  { name: 'minute', minimum: 0, maximum: 59 },
  { name: 'hour', minimum: 0, maximum: 23 },
  { name: 'day of month', minimum: 1, maximum: 31 },
  { name: 'month', minimum: 1, maximum: 12, names: monthNames },
  { name: 'day of week', minimum: 0, maximum: 7, names: dayNames },
] as const satisfies readonly Field[];

function parseValue(text: string, field: Field): number {
  const named = field.names?.indexOf(text.toLowerCase()) ?? -1;
  const value = named >= 0 ? named + field.minimum : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= field.minimum && value <= field.maximum)) {
    throw new InvalidCronError(`the ${field.name} "${text}" is not in ${field.minimum}-${field.maximum}`);
  }
  return value;
}

function parseField(text: string, field: Field): number[] {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '', step = '1', ...more] = part.split('/');
    if (!/^[1-9]\d*$/.test(step) || more.length > 0) {
      throw new InvalidCronError(`the ${field.name} "${part}" has no whole step after "/"`);
    }
    const [from = '', to, ...others] =
      range === '*' ? [`${field.minimum}`, `${field.maximum}`] : range.split('-');
    if (others.length > 0) throw new InvalidCronError(`the ${field.name} "${part}" is not a range`);
    const first = parseValue(from, field);
    const last = to === undefined ? (part.includes('/') ? field.maximum : first) : parseValue(to, field);
    if (first > last) throw new InvalidCronError(`the ${field.name} "${part}" runs backwards`);
    for (let value = first; value <= last; value += Number(step)) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

/**
 * Reads a five-field cron expression (minute, hour, day of month, month, day of week) such as `0 2 * * sun`.
 *
 * @throws InvalidCronError naming the invalid field.
 */
export function parseCron(text: string): CronFields {
  const parts = text.trim().split(/\s+/);
  if (parts.length !== 5) {
    throw new InvalidCronError(
      `it has ${parts.length === 1 ? '1 field' : `${parts.length} fields`} instead of 5 (minute hour day-of-month month day-of-week)`,
    );
  }
  const [minutes, hours, daysOfMonth, months, daysOfWeek] = fields.map((field, index) =>
    parseField(parts[index]!, field),
  );
  return {
    minutes: minutes!,
    hours: hours!,
    daysOfMonth: daysOfMonth!,
    months: months!,
    daysOfWeek: [...new Set(daysOfWeek!.map((day) => day % 7))].sort((a, b) => a - b),
    isEitherDay: !parts[2]!.startsWith('*') && !parts[4]!.startsWith('*'),
  };
}
