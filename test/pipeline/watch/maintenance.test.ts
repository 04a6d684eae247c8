import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type MaintenancePlan,
  maintenanceDuring,
  maintenanceWindows,
} from '../../../lib/pipeline/watch/maintenance.ts';

const at = (iso: string) => Date.parse(iso) / 1000;
const plan = (settings: Partial<MaintenancePlan>): MaintenancePlan => ({
  name: 'backup',
  metrics: undefined,
  cron: undefined,
  durationSeconds: undefined,
  timezone: 'UTC',
  fromSeconds: undefined,
  toSeconds: undefined,
  ...settings,
});

/** The minutes of a stretch at which the plan silences the metric, as stretches of UTC time. */
function silence(settings: Partial<MaintenancePlan>, from: string, to: string, metric = 'cpu'): string[] {
  const isIn = maintenanceDuring(maintenanceWindows([plan(settings)]), metric, at(from), at(to));
  const spans: string[] = [];
  let opened: number | undefined;
  const short = (time: number) => new Date(time * 1000).toISOString().slice(5, 16);
  for (let time = at(from); time <= at(to); time += 60) {
    if (isIn(time)) opened ??= time;
    else if (opened !== undefined) {
      spans.push(`${short(opened)} ${short(time)}`);
      opened = undefined;
    }
  }
  return opened === undefined ? spans : [...spans, `${short(opened)} on`];
}

const nightly = { cron: '30 2 * * *', durationSeconds: 3600, timezone: 'Europe/Berlin' };

describe('a maintenance window', () => {
  it('opens by the clock of its time zone, in summer as in winter', () => {
    expect(silence(nightly, '2026-01-10T00:00:00Z', '2026-01-10T23:59:00Z')).toEqual([
      '01-10T01:30 01-10T02:30',
    ]);
    expect(silence(nightly, '2026-07-10T00:00:00Z', '2026-07-10T23:59:00Z')).toEqual([
      '07-10T00:30 07-10T01:30',
    ]);
  });

  it('opens at 03:30 on the day whose 02:30 the clock leaps over', () => {
    expect(silence(nightly, '2026-03-28T22:00:00Z', '2026-03-29T21:00:00Z')).toEqual([
      '03-29T01:30 03-29T02:30',
    ]);
  });

  it('opens once, at the first 02:30, on the day that has two', () => {
    expect(silence(nightly, '2026-10-24T22:00:00Z', '2026-10-25T21:00:00Z')).toEqual([
      '10-25T00:30 10-25T01:30',
    ]);
  });

  it('lasts as long as it says although the clock leaps while it is open', () => {
    const long = { ...nightly, cron: '0 1 * * *', durationSeconds: 3 * 3600 };
    expect(silence(long, '2026-03-28T22:00:00Z', '2026-03-29T21:00:00Z')).toEqual([
      '03-29T00:00 03-29T03:00',
    ]);
  });

  it('opens in both of the hours that come twice when it opens every hour', () => {
    const hourly = { ...nightly, cron: '0 * * * *', durationSeconds: 600 };
    expect(silence(hourly, '2026-10-25T00:00:00Z', '2026-10-25T02:30:00Z')).toEqual([
      '10-25T00:00 10-25T00:10',
      '10-25T01:00 10-25T01:10',
      '10-25T02:00 10-25T02:10',
    ]);
  });

  it('reaches over midnight, and over as many days as it lasts', () => {
    const weekend = { cron: '0 22 * * fri', durationSeconds: 50 * 3600, timezone: 'America/New_York' };
    expect(silence(weekend, '2026-06-03T00:00:00Z', '2026-06-08T00:00:00Z')).toEqual(['06-06T02:00 on']);
    expect(silence(weekend, '2026-06-08T00:00:00Z', '2026-06-08T12:00:00Z')).toEqual([
      '06-08T00:00 06-08T04:00',
    ]);
  });

  it('is right in zones that are far from UTC', () => {
    const morning = { cron: '0 6 1 * *', durationSeconds: 3600 };
    const [from, to] = ['2026-08-31T00:00:00Z', '2026-09-02T00:00:00Z'];
    expect(silence({ ...morning, timezone: 'Pacific/Kiritimati' }, from, to)).toEqual([
      '08-31T16:00 08-31T17:00',
    ]);
    expect(silence({ ...morning, timezone: 'Pacific/Pago_Pago' }, from, to)).toEqual([
      '09-01T17:00 09-01T18:00',
    ]);
  });

  it('takes a day that fits either day field, when both are restricted', () => {
    const days = { cron: '0 0 15 * mon', durationSeconds: 60 };
    expect(silence(days, '2026-06-13T00:00:00Z', '2026-06-23T00:00:00Z')).toEqual([
      '06-15T00:00 06-15T00:01',
      '06-22T00:00 06-22T00:01',
    ]);
  });

  it('comes once when it is given by its ends, the first of which belongs to it', () => {
    const once = { fromSeconds: at('2026-05-01T10:00:00Z'), toSeconds: at('2026-05-01T11:00:00Z') };
    expect(silence(once, '2026-05-01T00:00:00Z', '2026-05-02T00:00:00Z')).toEqual([
      '05-01T10:00 05-01T11:00',
    ]);
  });

  it('silences the metrics that it names, or all', () => {
    const [from, to] = ['2026-01-10T01:00:00Z', '2026-01-10T03:00:00Z'];
    const named = { ...nightly, metrics: ['network', 'disk'] };
    expect(silence(named, from, to, 'cpu')).toEqual([]);
    expect(silence(named, from, to, 'disk')).toHaveLength(1);
    expect(silence(nightly, from, to, 'cpu')).toHaveLength(1);
  });

  it('is open whichever of several windows is', () => {
    const windows = maintenanceWindows([plan(nightly), plan({ ...nightly, cron: '0 12 * * *' })]);
    const isIn = maintenanceDuring(windows, 'cpu', at('2026-01-10T00:00:00Z'), at('2026-01-10T23:00:00Z'));
    expect([
      isIn(at('2026-01-10T02:00:00Z')),
      isIn(at('2026-01-10T11:30:00Z')),
      isIn(at('2026-01-10T15:00:00Z')),
    ]).toEqual([true, true, false]);
  });

  it('says the same of a time whichever stretch it is asked with', () => {
    const year = at('2026-01-01T00:00:00Z');
    fc.assert(
      fc.property(
        fc.constantFrom('*/7 * * * *', '30 2 * * *', '0 0 1 * *', '15,45 1-3 * * sun', '59 23 * * *'),
        fc.constantFrom(60, 3600, 86_400, 7 * 86_400),
        fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Pacific/Apia'),
        fc.integer({ min: 0, max: 366 * 1440 }),
        fc.integer({ min: 0, max: 3000 }),
        fc.integer({ min: 0, max: 3000 }),
        (cron, durationSeconds, timezone, minute, before, after) => {
          const windows = () => maintenanceWindows([plan({ cron, durationSeconds, timezone })]);
          const time = year + minute * 60;
          const alone = maintenanceDuring(windows(), 'cpu', time, time)(time);
          const wide = maintenanceDuring(windows(), 'cpu', time - before * 60, time + after * 60)(time);
          expect(wide).toBe(alone);
        },
      ),
      { numRuns: 60 },
    );
  });
});
