/** The state of the line to one outside service, as a health check found it. */
export interface Connection {
  /** What it is: `prometheus`, `influxdb`, `s3`. */
  readonly service: string;
  readonly isUp: boolean;
  /** Version or address when up, the reason when down. */
  readonly detail: string;
}
