/** The action on one bucket, task, token or table definition. */
export interface SchemaStep {
  readonly thing: string;
  readonly action: 'created' | 'changed' | 'unchanged' | 'removed';
  /** What differs from the configuration, for a person; empty for nothing. */
  readonly drift: string;
  /** The text of a token that was made; InfluxDB does not show it again. */
  readonly token?: string;
}

/** What the caller allows or wishes. */
export interface SchemaOptions {
  /** Whether a retention may be shortened, which deletes records. */
  readonly mayShorten: boolean;
  /** Whether nothing is changed: the steps are the same. */
  readonly isDryRun: boolean;
  /** Whether tokens are made that may only write or only read these buckets. */
  readonly withTokens: boolean;
}
