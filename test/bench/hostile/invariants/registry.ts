import { boundedStores, buried, inTime, retryAfter } from './bounds.ts';
import type { Invariant } from './invariant.ts';
import { noFalseAlerts, notifiedInTime } from './notifications.ts';
import { nothingMissing, onceOnly, sameRecords, statedGaps, trueValues } from './records.ts';
import { noFalseSilence, noUnstatedSilence, recovered } from './silence.ts';

/** All that holds in every world. */
export const invariants: readonly Invariant[] = [
  sameRecords,
  nothingMissing,
  onceOnly,
  trueValues,
  statedGaps,
  notifiedInTime,
  noFalseAlerts,
  noUnstatedSilence,
  noFalseSilence,
  recovered,
  boundedStores,
  buried,
  inTime,
  retryAfter,
];
