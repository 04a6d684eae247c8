import { rm } from 'node:fs/promises';
import { relative } from 'node:path';
import { removeRecord, type ServerRecord } from './records.ts';
import { stopServer } from './server-process.ts';
import { servicesDirectory } from './service.ts';

/** What became of a recorded server that was to be ended. */
export interface Stopped {
  readonly record: ServerRecord;
  /** `left`: somebody else runs it. `gone`: its process had ended before. */
  readonly outcome: 'stopped' | 'gone' | 'left';
}

/** Ends the servers of these records, removes their files and forgets them. Never ends a process that is not theirs. */
export async function stopRecorded(records: readonly ServerRecord[]): Promise<Stopped[]> {
  const root = servicesDirectory();
  return Promise.all(
    records.map(async (record): Promise<Stopped> => {
      const { process: identity, container, directory } = record;
      const ran = identity !== undefined && (await stopServer(identity, { container }));
      // A record is a file that anybody could have edited: nothing outside our own directory is removed on its word.
      if (directory && !/^\.\.|^$/.test(relative(root, directory)))
        await rm(directory, { recursive: true, force: true });
      removeRecord(root, record);
      return { record, outcome: identity === undefined ? 'left' : ran ? 'stopped' : 'gone' };
    }),
  );
}
