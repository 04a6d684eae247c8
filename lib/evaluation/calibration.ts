/** How a detector keeps its budget: realized against accepted false alerts. */
export interface Calibration {
  /** False alerts per series and week that the user accepted. */
  readonly nominalPerWeek: number;
  readonly realizedPerWeek: number;
  /** Realized over nominal: above 1 is noisier than the budget, below 1 quieter. */
  readonly ratio: number;
}

/**
 * The realized over the nominal rate of false alerts.
 *
 * @param falseAlerts the number raised.
 * @param seriesWeeks the weeks of series in which they were raised; for 0 the realized rate is 0.
 * @param nominalPerWeek the active budget; > 0.
 */
export function calibrationOf(falseAlerts: number, seriesWeeks: number, nominalPerWeek: number): Calibration {
  const realizedPerWeek = seriesWeeks > 0 ? falseAlerts / seriesWeeks : 0;
  return { nominalPerWeek, realizedPerWeek, ratio: realizedPerWeek / nominalPerWeek };
}
