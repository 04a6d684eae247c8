import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../../lib/config/duration.ts';

/** A duration given on the command line, such as 6h, in seconds. */
export function durationOption(text: string): number {
  let seconds: number;
  try {
    seconds = parseDuration(text);
  } catch {
    throw new InvalidArgumentError('It must be a duration such as 90m, 6h or 14d.');
  }
  if (seconds <= 0) throw new InvalidArgumentError('It must be longer than 0s.');
  return seconds;
}
