/** The labels of the evaluated history, on which the figures on real incidents rest. */
export interface LabelBasis {
  /** Whether every sample is labelled, or only those of judged alerts. */
  readonly kind: 'whole-history' | 'judged-alerts';
  /** Labelled incidents, or confirmed alerts. */
  readonly incidents: number;
  /** Alerts marked as false. */
  readonly falseAlarms: number;
}

/** What the rate of false alerts is based on, in words. */
export function basisSentence(basis: LabelBasis | undefined): string {
  if (basis === undefined)
    return 'This history has no labels: every alert counts as false, so the rate of false alerts is an upper bound.';
  const { kind, incidents, falseAlarms } = basis;
  if (kind === 'whole-history')
    return `The labels of this history name ${counted(incidents, 'incident')}; every other alert is false.`;
  return (
    `People judged ${counted(incidents + falseAlarms, 'alert')} of this history: ${incidents} confirmed, ` +
    `${counted(falseAlarms, 'false alarm')}. An alert without feedback counts as false, so the rate of false alerts is an upper bound.`
  );
}

/** `1 alert`, `2 alerts`. */
export function counted(count: number, name: string): string {
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
