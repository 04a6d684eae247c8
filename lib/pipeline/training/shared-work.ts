import { SharedDesigns } from '../../prophet/shared-designs.ts';
import { SharedTimes } from '../../prophet/shared-times.ts';

/** What the trainings of one metric's series share: worked out once for all that have the same times. */
export class SharedWork {
  readonly designs = new SharedDesigns();
  readonly times = new SharedTimes();
}
