import { describe, expect, it } from 'vitest';
import { eventBridgeCrons } from '../../lib/config/eventbridge-cron.ts';

describe('a time of crontab as EventBridge writes it', () => {
  it.each([
    ['0 3 * * *', ['cron(0 3 * * ? *)']],
    ['*/15 0-2 * * *', ['cron(0,15,30,45 0,1,2 * * ? *)']],
    ['30 2 * * sun', ['cron(30 2 ? * SUN *)']],
    ['30 2 * * 7', ['cron(30 2 ? * SUN *)']],
    ['0 0 1,15 * *', ['cron(0 0 1,15 * ? *)']],
    ['0 0 * jan,jul mon-fri', ['cron(0 0 ? 1,7 MON,TUE,WED,THU,FRI *)']],
    // On the first of the month, and on Mondays.
    ['0 0 1 * mon', ['cron(0 0 1 * ? *)', 'cron(0 0 ? * MON *)']],
  ])('writes %s as %j', (cron, expressions) => {
    expect(eventBridgeCrons(cron)).toEqual(expressions);
  });
});
