import type { JudgedWorld, Violation } from './judge-world.ts';

/** What a run of many worlds found. */
export interface HostileReport {
  readonly worlds: number;
  /** Of each world. */
  readonly ticks: number;
  /** How many of each kind. */
  readonly faultsInjected: Readonly<Record<string, number>>;
  /** By invariant, how often it did not hold; only those that did not. */
  readonly violations: Readonly<Record<string, number>>;
}

/** Violations are named by this where a process keeps more and more. */
export const FLAT_MEMORY = 'memory-flat';

export function hostileReport(
  worlds: readonly JudgedWorld[],
  ticks: number,
  heapGrowthBytes: readonly number[] = [],
): HostileReport {
  const violations = counts(
    worlds.flatMap((world) => world.violations.map(({ invariant, count }) => [invariant, count] as const)),
  );
  return {
    worlds: worlds.length,
    ticks,
    faultsInjected: counts(worlds.flatMap(({ faults }) => faults.map((kind) => [kind, 1] as const))),
    violations:
      heapGrowthBytes.length === 0 ? violations : { ...violations, [FLAT_MEMORY]: heapGrowthBytes.length },
  };
}

/** The report for a person. */
export function hostileTable({ worlds, ticks, faultsInjected, violations }: HostileReport): string {
  const rows = (numbers: Readonly<Record<string, number>>) =>
    Object.entries(numbers).map(([name, count]) => `  ${name.padEnd(54)} ${String(count).padStart(7)}`);
  const found = rows(violations);
  return [
    `${worlds} worlds of ${ticks} ticks`,
    'faults injected',
    ...rows(faultsInjected),
    'violations',
    ...(found.length === 0 ? ['  none'] : found),
    '',
  ].join('\n');
}

/** How to see a violation again, on one line. */
export function replayLine({ invariant, seed, count, story }: Violation, ticks: number): string {
  return `${invariant} (${count}), replay with --seed ${seed} --worlds 1 --ticks ${ticks}: ${story}`;
}

function counts(pairs: readonly (readonly [name: string, count: number])[]): Record<string, number> {
  const sums = new Map<string, number>();
  for (const [name, count] of pairs) sums.set(name, (sums.get(name) ?? 0) + count);
  return Object.fromEntries([...sums].sort(([one], [other]) => (one < other ? -1 : 1)));
}
