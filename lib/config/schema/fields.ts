import * as z from 'zod';
import { parseCron } from '../cron.ts';
import { durationPattern, formatDuration, parseDuration, suggestDuration } from '../duration.ts';
import { InvalidCronError } from '../errors.ts';

/** A duration inside a schema: the section that holds it turns `key` into `keySeconds`. */
class Duration {
  readonly seconds: number;
  constructor(seconds: number) {
    this.seconds = seconds;
  }
}

/** Durations become numbers with the unit in their name: `interval: 1m` is read as `intervalSeconds: 60`. */
type InSeconds<Section> = {
  [Key in keyof Section as Section[Key] extends Duration | undefined
    ? `${Key & string}Seconds`
    : Key]: Section[Key] extends Duration
    ? number
    : Section[Key] extends Duration | undefined
      ? number | undefined
      : Section[Key];
};

function inSeconds<Section extends object>(section: Section): InSeconds<Section> {
  const entries = Object.entries(section).map(([key, value]) =>
    value instanceof Duration ? [`${key}Seconds`, value.seconds] : [key, value],
  );
  return Object.fromEntries(entries);
}

/** A mapping that refuses unknown keys and returns its durations in seconds. */
export function section<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape).transform(inSeconds);
}

/** A Prometheus duration within bounds, which are written as durations too. */
export function duration(description: string, bounds: { minimum?: string; maximum?: string } = {}) {
  const minimum = bounds.minimum ?? '0s';
  const range = bounds.maximum === undefined ? `at least ${minimum}` : `from ${minimum} to ${bounds.maximum}`;
  const allowed = `a duration ${range}, such as 30s, 5m, 1h30m or 14d`;
  return z
    .string()
    .meta({ title: 'duration', pattern: durationPattern })
    .transform((text, context) => {
      let seconds: number;
      try {
        seconds = parseDuration(text);
      } catch {
        const meant = suggestDuration(text);
        context.addIssue({
          code: 'custom',
          message: 'is not a duration',
          params: { allowed, ...(meant === undefined ? {} : { suggestion: `write ${meant}` }) },
        });
        return z.NEVER;
      }
      if (seconds < parseDuration(minimum)) {
        context.addIssue({ code: 'custom', message: `is less than ${minimum}`, params: { allowed } });
      } else if (bounds.maximum !== undefined && seconds > parseDuration(bounds.maximum)) {
        context.addIssue({ code: 'custom', message: `is more than ${bounds.maximum}`, params: { allowed } });
      }
      return new Duration(seconds);
    })
    .describe(`${description} (${range})`);
}

/** A whole number within bounds. */
export function whole(description: string, minimum: number, maximum: number) {
  return z.int().min(minimum).max(maximum).describe(description);
}

/** A number within bounds, both included. */
export function within(description: string, minimum: number, maximum: number) {
  return z.number().min(minimum).max(maximum).describe(description);
}

/** A text that is not empty. */
export function text(description: string, maximumCharacters = 1000) {
  return z.string().min(1).max(maximumCharacters).describe(description);
}

/** The address of a server; credentials belong in `auth`. */
export function serverUrl(description: string) {
  return z
    .string()
    .superRefine((value, context) => {
      const url = URL.canParse(value) ? new URL(value) : undefined;
      const refuse = (message: string, suggestion: string) =>
        context.addIssue({
          code: 'custom',
          message,
          params: { allowed: 'an http or https address', suggestion },
        });
      if (url === undefined || !/^https?:$/.test(url.protocol)) {
        const bare = /^[\w.-]+(?::\d+)?(?:\/\S*)?$/.test(value);
        refuse(
          'is not an http address',
          bare ? `write http://${value}` : 'write it like http://127.0.0.1:9090',
        );
      } else if (url.username !== '' || url.password !== '') {
        refuse(
          'has a user name or password in it',
          'remove them from the address and set them under auth, as secret references',
        );
      } else if (url.search !== '' || url.hash !== '') {
        refuse('ends in a query or fragment', `write ${url.origin}${url.pathname}`);
      }
    })
    .transform((value) => value.replace(/\/+$/, ''))
    .meta({ title: 'address', description, format: 'uri' });
}

/** An IANA time zone that this runtime knows. */
export function timeZone(description: string, others: readonly string[] = []) {
  return z
    .string()
    .superRefine((value, context) => {
      if (others.includes(value)) return;
      try {
        new Intl.DateTimeFormat('en', { timeZone: value });
      } catch {
        context.addIssue({
          code: 'custom',
          message: 'is not a time zone',
          params: {
            allowed: 'an IANA name such as UTC, Europe/Berlin or America/New_York',
            names: [...others, 'UTC', ...Intl.supportedValuesOf('timeZone')],
          },
        });
      }
    })
    .meta({ title: 'time zone', description });
}

/** A five-field cron expression. */
export function cron(description: string) {
  return z
    .string()
    .superRefine((value, context) => {
      try {
        parseCron(value);
      } catch (error) {
        if (!(error instanceof InvalidCronError)) throw error;
        context.addIssue({
          code: 'custom',
          message: `is not a cron expression: ${error.message}`,
          params: { allowed: 'minute hour day-of-month month day-of-week, such as "0 2 * * sun"' },
        });
      }
    })
    .meta({ title: 'cron expression', description });
}

/** An instant in ISO 8601 with its offset; read as seconds since 1970. */
export function instant(description: string) {
  return z
    .string()
    .superRefine((value, context) => {
      if (
        /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)$/.test(value) &&
        !Number.isNaN(Date.parse(value))
      )
        return;
      context.addIssue({
        code: 'custom',
        message: 'is not a point in time',
        params: { allowed: 'a date and time with its offset, such as 2026-03-29T02:00:00Z' },
      });
    })
    .transform((value) => new Duration(Date.parse(value) / 1000))
    .meta({ title: 'point in time', description });
}

/** Seconds in the form that the messages show. */
export const shown = formatDuration;
