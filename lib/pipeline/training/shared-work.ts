import { SharedDesigns } from '../../prophet/shared-designs.ts';
import { SharedTimes } from '../../prophet/shared-times.ts';

/** Results that the trainings of one metric's series share, computed once for series with equal times. */
export class SharedWork {
  readonly designs = new SharedDesigns();
  readonly times = new SharedTimes();
}
