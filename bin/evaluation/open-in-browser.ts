import { spawn } from 'node:child_process';

/** Opens a file with the program that the desktop has for it; where there is none, nothing happens. */
export function openInBrowser(file: string): void {
  const [command, ...args] =
    process.platform === 'win32'
      ? ['cmd', '/c', 'start', '', file]
      : [process.platform === 'darwin' ? 'open' : 'xdg-open', file];
  const opener = spawn(command!, args, { detached: true, stdio: 'ignore' });
  opener.on('error', () => process.stderr.write(`No program was found to open ${file} with.\n`));
  opener.unref();
}
