import { orphans, ownedBy, readRecords } from './records.ts';
import { servicesDirectory } from './service.ts';
import { becomeOwner } from './start-server.ts';
import { stopRecorded } from './stop-services.ts';

/**
 * Set-up of a test run that uses real servers: makes the run their owner, so that each shared server is started once,
 * and ends all of them when the run ends. Servers that an earlier run left behind when it was killed are ended first.
 */
export async function setup(): Promise<() => Promise<void>> {
  await stopRecorded(orphans(readRecords(servicesDirectory())));
  const owner = becomeOwner();
  return async () => {
    const records = readRecords(servicesDirectory());
    await stopRecorded([...ownedBy(records, owner), ...orphans(records)]);
  };
}
