import { instantSelectors } from '../../../lib/config/promql-selectors.ts';
import {
  type PrometheusOptions,
  PrometheusSource,
} from '../../../lib/sources/prometheus/prometheus-source.ts';

/** A source of a server whose retries take no time, and the pauses between them that it would have made. */
export function sourceAt(
  url: string,
  { attempts = 1, ...more }: Partial<PrometheusOptions> & { readonly attempts?: number } = {},
) {
  const pauses: number[] = [];
  const source = new PrometheusSource({
    url,
    timeoutMilliseconds: 10_000,
    retries: { attempts, baseDelayMilliseconds: 1, maximumDelayMilliseconds: 2 },
    environment: {
      remainingMilliseconds: () => Infinity,
      random: () => 0,
      sleep: async (milliseconds) => {
        pauses.push(milliseconds);
      },
    },
    selectorsOf: instantSelectors,
    ...more,
  });
  return { source, pauses };
}
