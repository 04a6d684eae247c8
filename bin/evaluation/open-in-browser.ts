import { spawn } from 'node:child_process';

/** Opens a file in the desktop's default program; when there is none, writes a message to stderr. */
export function openInBrowser(file: string): void {
  const [command, ...args] =
    process.platform === 'win32'
      ? ['cmd', '/c', 'start', '', file]
      : [process.platform === 'darwin' ? 'open' : 'xdg-open', file];
  const opener = spawn(command!, args, { detached: true, stdio: 'ignore' });
  opener.on('error', () => process.stderr.write(`Found no program to open ${file}: open it in a browser.\n`));
  opener.unref();
}
