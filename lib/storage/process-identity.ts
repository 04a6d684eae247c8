import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process that can be told from a later one that happens to get the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque; equal for two looks at the same process, different for a process that reused the number. */
  readonly processStart: string;
}

/**
 * Reads the state letter and the start time (clock ticks since boot) out of one `/proc/<pid>/stat` line.
 * The command name stands in parentheses and may itself hold spaces and parentheses.
 */
export function parseProcStat(line: string): { state: string; startTicks: string } | undefined {
  const rest = line
    .slice(line.lastIndexOf(')') + 1)
    .trim()
    .split(/\s+/);
  const state = rest[0];
  const startTicks = rest[19];
  return state && startTicks && /^\d+$/.test(startTicks) ? { state, startTicks } : undefined;
}

/** When a process started, as an opaque text, or undefined when there is no such process (or only its zombie). */
export function processStart(pid: number): string | undefined {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  if (process.platform === 'linux') {
    try {
      const stat = parseProcStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
      if (!stat || stat.state === 'Z' || stat.state === 'X') return undefined;
      // Ticks count from boot, so without the boot's own id a record from before a reboot could match a stranger.
      return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${stat.startTicks}`;
    } catch {
      return undefined;
    }
  }
  try {
    const shown = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return shown.trim() || undefined;
  } catch {
    return undefined;
  }
}

/** The identity of a process that runs now, or undefined. */
export function identify(pid: number): ProcessIdentity | undefined {
  const start = processStart(pid);
  return start === undefined ? undefined : { pid, processStart: start };
}

/** Whether exactly this process still runs: a stranger that was given the same number does not count. */
export function isRunning(identity: ProcessIdentity, look: typeof processStart = processStart): boolean {
  return look(identity.pid) === identity.processStart;
}
