import { styleText } from 'node:util';

/** One step that is under way. Exactly one of `done` and `failed` ends it. */
export interface Step {
  /** Reports what the step is doing now. */
  note(what: string): void;
  done(result: string): void;
  failed(reason: string): void;
}

/** Where the course of long work is sent: to a person at a terminal, to a log, or to nobody. */
export interface Progress {
  begin(subject: string, what: string): Step;
}

/** Reports nobody. */
export const silentProgress: Progress = {
  begin: () => ({ note: () => {}, done: () => {}, failed: () => {} }),
};

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const;
const FRAME_MILLISECONDS = 120;
/** Off a terminal, a step that says nothing for this long repeats what it does, so that a log shows it is alive. */
const HEARTBEAT_SECONDS = 30;

/** `4.2 s` below ten seconds, `42 s` below two minutes, else `3 min 05 s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

interface ActiveStep {
  readonly subject: string;
  readonly begun: number;
  what: string;
  reportedAt: number;
}

/** What a progress display needs of a stream; `process.stderr` is one. */
export interface ProgressStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/**
 * Reports progress on a stream: one line a finished step with its elapsed time and, on a terminal, one moving line
 * for the steps under way. Off a terminal: plain lines, no colour, no cursor movement.
 * @param now clock in milliseconds
 */
export function streamProgress(
  stream: ProgressStream,
  now: () => number = () => performance.now(),
): Progress {
  const isTerminal = stream.isTTY === true;
  const active = new Set<ActiveStep>();
  let timer: ReturnType<typeof setInterval> | undefined;
  let frame = 0;
  const paint = (format: 'green' | 'red' | 'dim', text: string) =>
    isTerminal ? styleText(format, text, { validateStream: false }) : text;
  const elapsed = (step: ActiveStep) => formatSeconds((now() - step.begun) / 1000);
  const line = (mark: string, step: ActiveStep, text: string, time = '') =>
    `${mark} ${step.subject.padEnd(14)} ${text}${time && paint('dim', `  ${time}`)}\n`;

  const draw = () => {
    if (!isTerminal) {
      for (const step of active) {
        if (now() - step.reportedAt < HEARTBEAT_SECONDS * 1000) continue;
        step.reportedAt = now();
        stream.write(line('.', step, step.what, elapsed(step)));
      }
      return;
    }
    const mark = FRAMES[frame++ % FRAMES.length];
    const text = [...active].map((step) => `${step.subject}: ${step.what} ${elapsed(step)}`).join(' · ');
    stream.write(`\r\x1b[K${text && `${mark} ${text}`.slice(0, (stream.columns ?? 80) - 1)}`);
  };
  const print = (text: string) => {
    stream.write(`${isTerminal ? '\r\x1b[K' : ''}${text}`);
    if (isTerminal && active.size > 0) draw();
  };
  const end = (step: ActiveStep, text: string) => {
    if (!active.delete(step)) return;
    print(text);
    if (active.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };

  return {
    begin(subject, what) {
      const step: ActiveStep = { subject, what, begun: now(), reportedAt: now() };
      active.add(step);
      timer ??= setInterval(draw, isTerminal ? FRAME_MILLISECONDS : 1000).unref();
      return {
        note(next) {
          step.what = next;
          step.reportedAt = now();
          if (!isTerminal) print(line('.', step, next, elapsed(step)));
        },
        done: (result) => end(step, line(paint('green', '✓'), step, result, elapsed(step))),
        failed: (reason) => end(step, line(paint('red', '✗'), step, reason, elapsed(step))),
      };
    },
  };
}
