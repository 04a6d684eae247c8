import type { LogFields, Logger } from './logger.ts';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
type Level = (typeof LEVELS)[number];

/** Log entries as one line of text each, for a person at a terminal. */
export function textLogger(stream: { write(text: string): unknown }, least: Level): Logger {
  const log = (level: Level) => (message: string, fields?: LogFields) => {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(least)) return;
    stream.write(`${level.padEnd(5)} ${message}${fields === undefined ? '' : ` ${fieldsText(fields)}`}\n`);
  };
  return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
}

function fieldsText(fields: LogFields): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${value instanceof Error ? value.message : JSON.stringify(value)}`)
    .join(' ');
}
