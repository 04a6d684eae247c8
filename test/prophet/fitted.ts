import { fitProphet } from '../../lib/prophet/fit.ts';
import type { ProphetHistory } from '../../lib/prophet/history.ts';
import type { ProphetModel } from '../../lib/prophet/model.ts';
import type { ProphetOptions } from '../../lib/prophet/options.ts';
import { isRefusal } from '../../lib/prophet/refusal.ts';

/** The model of a history that a test knows to be good; a refusal fails the test with its own words. */
export async function fitted(
  history: ProphetHistory,
  options: Partial<ProphetOptions> = {},
): Promise<ProphetModel> {
  const outcome = await fitProphet(history, options);
  if (isRefusal(outcome)) throw new Error(`${outcome.reason}: ${outcome.explanation}`);
  return outcome;
}
