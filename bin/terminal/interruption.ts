/**
 * Aborted by the first Ctrl-C (or SIGTERM), so that running work can end cleanly; the second one ends the
 * process.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      controller.abort();
      process.once(name, () => process.exit(130));
    });
  }
  return controller.signal;
}
