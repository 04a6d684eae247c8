import type {
  AlertRecord,
  ResultRecord,
  ResultStore,
  VerdictRecord,
} from '../../../lib/results/result-store.ts';

/** Everything that was written, in memory. */
export class RecordedResults implements ResultStore {
  readonly name = 'recorded';
  readonly records: ResultRecord[] = [];

  get verdicts(): VerdictRecord[] {
    return this.records.filter((record) => record.measurement === 'verdict');
  }

  get alerts(): AlertRecord[] {
    return this.records.filter((record) => record.measurement === 'alert');
  }

  /** Forgets what was written so far. */
  clear(): void {
    this.records.length = 0;
  }

  async write(records: readonly ResultRecord[]): Promise<void> {
    for (const record of records) this.records.push(record);
  }

  async check() {
    return { service: this.name, isUp: true, detail: '' };
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
