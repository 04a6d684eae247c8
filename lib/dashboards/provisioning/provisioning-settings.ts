import type { Configuration } from '../../config/schema.ts';

/** The settings that the provisioning files are made of. */
export type ProvisioningSettings = Pick<Configuration, 'grafana' | 'results' | 'schedule' | 'source'>;
