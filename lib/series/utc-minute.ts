/** A time as people read it, such as `2026-03-02 14:05`. @param seconds Unix seconds. @returns in UTC, without naming the zone. */
export function utcMinute(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ');
}
