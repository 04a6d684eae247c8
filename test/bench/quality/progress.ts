const BAR_WIDTH = 24;

/** A progress bar on a terminal; nothing elsewhere, so that a log stays readable. */
export function progressBar(stream: NodeJS.WriteStream): {
  update(done: number, total: number, name: string): void;
  end(): void;
} {
  if (!stream.isTTY) return { update: () => {}, end: () => {} };
  return {
    update(done, total, name) {
      const filled = Math.round((BAR_WIDTH * done) / total);
      const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
      const text = `${bar} ${done} of ${total} ${name}`.slice(0, (stream.columns || 80) - 1);
      stream.write(`\r\u001b[2K${text}`);
    },
    end: () => stream.write('\r\u001b[2K'),
  };
}
