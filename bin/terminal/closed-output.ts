/** What a shell reports of a program that a closed pipe ended: 128 and the number of SIGPIPE. */
const PIPE_CLOSED = 141;

/**
 * Ends the program without a word when nobody reads its output any more, as `| head` does once it has enough.
 *
 * @param streams standard output and error.
 */
export function endWhenOutputCloses(
  streams: readonly Pick<NodeJS.WriteStream, 'on'>[],
  exit: (code: number) => void = process.exit,
): void {
  for (const stream of streams)
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      exit(PIPE_CLOSED);
    });
}
