/**
 * The fraction of alerts that would be real if incidents came at a known rate: r x R / (r x R + F), with
 * recall R, rate r and false alerts F of the same time. The number of injected faults is the experimenter's
 * choice, so a precision counted from them would be too; at a stated rate it is a property of the detector.
 *
 * @param recall fraction of the incidents that are found, 0 to 1.
 * @param incidentsPerWeek real incidents per week.
 * @returns null when there would be no alerts. Source: Axelsson 2000, The Base-Rate Fallacy and the
 * Difficulty of Intrusion Detection, section 4 (Bayes' rule).
 */
export function expectedPrecision(
  recall: number,
  falseAlertsPerWeek: number,
  incidentsPerWeek: number,
): number | null {
  const found = recall * incidentsPerWeek;
  return found + falseAlertsPerWeek === 0 ? null : found / (found + falseAlertsPerWeek);
}
