import * as z from 'zod';
import { duration, section, whole } from './fields.ts';

/** Evaluations of a deployment: those that follow a retraining, and how long all are kept. */
export const evaluationSchema = section({
  afterRetrain: section({
    enabled: z
      .boolean()
      .default(true)
      .describe('Whether retrained metrics are evaluated, for the dashboard.'),
    metrics: whole(
      'At most this many metrics per night, rotating so that every metric gets its turn.',
      1,
      1000,
    ).default(20),
    series: whole('Series per metric, spread over all of them.', 1, 20).default(3),
    injections: whole('Faults that are injected into each series.', 1, 500).default(100),
  })
    .prefault({})
    .describe('Bounds the cost: a series of four weeks takes ten seconds of the function.'),
  retention: duration('How long results and reports of evaluations are kept', {
    minimum: '1d',
    maximum: '3650d',
  }).prefault('90d'),
});
