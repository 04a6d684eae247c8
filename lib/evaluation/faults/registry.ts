import { dip } from './dip.ts';
import type { Fault } from './fault.ts';
import { flatline } from './flatline.ts';
import { gap } from './gap.ts';
import { levelShiftDown } from './level-shift-down.ts';
import { levelShiftUp } from './level-shift-up.ts';
import { missingDailyPeak } from './missing-daily-peak.ts';
import { outage } from './outage.ts';
import { ramp } from './ramp.ts';
import { spike } from './spike.ts';
import { varianceBurst } from './variance-burst.ts';

/** All kinds of faults that can be injected: to add one, write a file and a line here. */
export const faults = {
  spike,
  dip,
  'level-shift-up': levelShiftUp,
  'level-shift-down': levelShiftDown,
  ramp,
  flatline,
  'variance-burst': varianceBurst,
  'missing-daily-peak': missingDailyPeak,
  outage,
  gap,
} as const satisfies Record<string, Fault>;

/** The name of a registered fault. */
export type FaultName = keyof typeof faults;

/** Their names, in the order of the registry. */
export const faultNames = Object.keys(faults) as FaultName[];
