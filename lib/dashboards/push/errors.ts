/** Grafana can't be reached, or refuses what is sent; the message says what to do. */
export class GrafanaPushError extends Error {
  override readonly name = 'GrafanaPushError';
}
