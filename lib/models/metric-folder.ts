/** A metric's name as one folder of a key: unique, and never outside the store. */
export function metricFolder(metric: string): string {
  return encodeURIComponent(metric).replace(/^\.+/, (dots) => '%2E'.repeat(dots.length));
}

/** The metric of a folder; the folder's own name when it belongs to no metric. */
export function metricOfFolder(folder: string): string {
  try {
    return decodeURIComponent(folder);
  } catch {
    return folder;
  }
}
