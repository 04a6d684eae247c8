import * as z from 'zod';
import { cron, duration, instant, section, text, timeZone } from './fields.ts';
import { refuse } from './rule.ts';

/** Windows in which no alerts are sent; scoring continues. */
export const maintenanceSchema = z.array(
  section({
    name: text('What happens in the window.'),
    metrics: z.array(z.string().min(1)).optional().describe('The metrics without alerts; by default all.'),
    cron: cron('When a repeated window opens; needs a duration.').optional(),
    duration: duration('How long it stays open', { minimum: '1m', maximum: '7d' }).optional(),
    timezone: timeZone('Time zone of the cron expression.').default('UTC'),
    from: instant('When a single window opens; needs to.').optional(),
    to: instant('When it closes.').optional(),
  }).superRefine((window, context) => {
    const isRepeated = window.cron !== undefined || window.durationSeconds !== undefined;
    const isOnce = window.fromSeconds !== undefined || window.toSeconds !== undefined;
    const allowed = 'cron with duration, or from with to';
    if (isRepeated === isOnce) {
      refuse(context, {
        path: [],
        message: isOnce ? 'mixes a repeated window with a single one' : 'does not say when it opens',
        allowed,
        suggestion: isOnce
          ? 'split it into two windows'
          : 'add for example cron: "0 2 * * sun" and duration: 2h',
      });
    } else if (isRepeated && (window.cron === undefined || window.durationSeconds === undefined)) {
      const missing = window.cron === undefined ? 'cron' : 'duration';
      const example = window.cron === undefined ? 'cron: "0 2 * * sun"' : 'duration: 2h';
      refuse(context, {
        path: [],
        message: `has no ${missing}`,
        allowed,
        suggestion: `add for example ${example}`,
      });
    } else if (isOnce && (window.fromSeconds === undefined || window.toSeconds === undefined)) {
      const missing = window.fromSeconds === undefined ? 'from' : 'to';
      const example = `${missing}: 2026-03-29T02:00:00Z`;
      refuse(context, {
        path: [],
        message: `has no ${missing}`,
        allowed,
        suggestion: `add for example ${example}`,
      });
    } else if ((window.fromSeconds ?? 0) >= (window.toSeconds ?? 1)) {
      refuse(context, { path: ['to'], message: 'is not after from', allowed: 'from before to' });
    }
  }),
);
