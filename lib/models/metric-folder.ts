/** A metric's name as one folder of a key: no name leads out of it, and no two names share one. */
export function metricFolder(metric: string): string {
  return encodeURIComponent(metric).replace(/^\.+/, (dots) => '%2E'.repeat(dots.length));
}

/** The metric of a folder; the folder itself when it is nobody's. */
export function metricOfFolder(folder: string): string {
  try {
    return decodeURIComponent(folder);
  } catch {
    return folder;
  }
}
