/** What people said of the evaluated history: what the figures on real incidents rest on. */
export interface LabelBasis {
  /** Whether every sample is labelled, or only those of alerts that somebody judged. */
  readonly kind: 'whole-history' | 'judged-alerts';
  /** Incidents that people named, or alerts that they confirmed. */
  readonly incidents: number;
  /** Alerts that they called false. */
  readonly falseAlarms: number;
}

/** What the rate of false alerts rests on, for people. */
export function basisSentence(basis: LabelBasis | undefined): string {
  if (basis === undefined)
    return 'Nobody labelled this history: every alert of it counts as false, so the rate of false alerts is an upper bound.';
  const { kind, incidents, falseAlarms } = basis;
  if (kind === 'whole-history')
    return `The labels of this history name ${counted(incidents, 'incident')}; every alert elsewhere is false.`;
  return (
    `People judged ${counted(incidents + falseAlarms, 'alert')} of this history: ${incidents} confirmed, ` +
    `${counted(falseAlarms, 'false alarm')}. An alert that nobody judged counts as false, so the rate of false alerts is an upper bound.`
  );
}

/** `1 alert`, `2 alerts`. */
export function counted(count: number, name: string): string {
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
