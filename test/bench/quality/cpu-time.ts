/** Processor time of this thread in seconds: unlike the clock it does not count what other threads and processes took. */
export function cpuSeconds(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1e6;
}
