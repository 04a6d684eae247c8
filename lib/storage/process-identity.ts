import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Identifies a process even when its number is reused later. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque; equal for the same process, different for a process that reuses the number. */
  readonly processStart: string;
}

/**
 * Reads the state letter and the start time (clock ticks since boot) from a line of `/proc/<pid>/stat`. The
 * command name is in parentheses and may contain spaces and parentheses.
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

/** When a process started, as an opaque text, or undefined when it does not exist (or is a zombie). */
export function processStart(pid: number): string | undefined {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  if (process.platform === 'linux') {
    try {
      const stat = parseProcStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
      if (!stat || stat.state === 'Z' || stat.state === 'X') return undefined;
      // Ticks count from boot; the boot id excludes records from before a reboot.
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

/** The identity of a running process, or undefined. */
export function identify(pid: number): ProcessIdentity | undefined {
  const start = processStart(pid);
  return start === undefined ? undefined : { pid, processStart: start };
}

/** Whether exactly this process still runs; another one with the same number does not count. */
export function isRunning(identity: ProcessIdentity, look: typeof processStart = processStart): boolean {
  return look(identity.pid) === identity.processStart;
}
