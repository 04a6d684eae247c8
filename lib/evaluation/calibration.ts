/** Whether a detector keeps its word: the false alerts that came against those that were asked for. */
export interface Calibration {
  /** False alerts per series and week that the user accepted. */
  readonly nominalPerWeek: number;
  readonly realizedPerWeek: number;
  /** Realised over nominal: 1 keeps the promise, above 1 is noisier than promised, below 1 quieter. */
  readonly ratio: number;
}

/**
 * Realised over nominal rate of false alerts.
 *
 * @param falseAlerts how many were raised.
 * @param seriesWeeks over how many weeks of series; with none the realised rate is 0.
 * @param nominalPerWeek the budget in force; > 0.
 */
export function calibrationOf(falseAlerts: number, seriesWeeks: number, nominalPerWeek: number): Calibration {
  const realizedPerWeek = seriesWeeks > 0 ? falseAlerts / seriesWeeks : 0;
  return { nominalPerWeek, realizedPerWeek, ratio: realizedPerWeek / nominalPerWeek };
}
