/** Something that can be started: a file, or a container image with the same program in it. */
export type Program =
  | {
      readonly kind: 'binary';
      readonly file: string;
      readonly leadingArguments?: readonly string[];
      /** Where it is started; the server's own directory when left out. */
      readonly workingDirectory?: string;
    }
  | {
      readonly kind: 'container';
      readonly image: string;
      readonly entrypoint?: string;
      /** Further arguments of `docker run`. */
      readonly runArguments?: readonly string[];
      /** Runs as the image's own user, where it needs what only that user may do. */
      readonly keepUser?: true;
    };

/** A command line ready to be run. */
export interface CommandLine {
  readonly file: string;
  readonly args: readonly string[];
  readonly workingDirectory?: string | undefined;
  /** The container that the command makes, to be removed when its command line client was killed. */
  readonly container?: string | undefined;
}

/** Where a container finds its files and by which name it is known. */
export interface ContainerSite {
  /** Mounted at the same path, so that a program gets the same arguments in a container as without one. */
  readonly directory: string;
  readonly container: string;
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** The user and group that own the directory, such as `1000:1000`. */
  readonly user?: string | undefined;
}

/**
 * The command line that starts a program with the given arguments. A container shares the host's network, so that it
 * binds the same loopback address and reaches the same neighbours as a plain process does.
 */
export function commandLine(program: Program, args: readonly string[], site: ContainerSite): CommandLine {
  if (program.kind === 'binary') {
    const { file, leadingArguments = [], workingDirectory } = program;
    return { file, args: [...leadingArguments, ...args], workingDirectory };
  }
  const { directory, container, environment = {}, user } = site;
  const run = ['run', '--rm', '--init', '--name', container, '--network', 'host'];
  if (user && !program.keepUser) run.push('--user', user);
  run.push('--volume', `${directory}:${directory}`, '--workdir', directory);
  for (const [name, value] of Object.entries(environment)) {
    // Both name directories of this machine that the image does not have.
    if (name !== 'PATH' && name !== 'TMPDIR') run.push('--env', `${name}=${value}`);
  }
  if (program.entrypoint) run.push('--entrypoint', program.entrypoint);
  run.push(...(program.runArguments ?? []), program.image, ...args);
  return { file: 'docker', args: run, container };
}

/** The user and group of this process as `docker run --user` wants them. */
export function currentUser(): string | undefined {
  const { getuid, getgid } = process;
  return getuid && getgid ? `${getuid()}:${getgid()}` : undefined;
}
