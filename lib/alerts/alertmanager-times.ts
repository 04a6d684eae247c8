/** Alertmanager resolves an alert that is not sent again for this many intervals. Source: Prometheus, rules/alerting.go. */
const INTERVALS_UNTIL_OVER = 4;

/** How far ahead a firing alert ends unless it is sent again, in seconds. */
export function firingSeconds({
  resendSeconds,
  tickSeconds,
}: {
  readonly resendSeconds: number;
  readonly tickSeconds: number;
}): number {
  return INTERVALS_UNTIL_OVER * Math.max(resendSeconds, tickSeconds);
}
