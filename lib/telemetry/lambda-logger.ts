import { Logger as PowertoolsLogger } from '@aws-lambda-powertools/logger';
import type { LogFields, Logger } from './logger.ts';

/** Structured JSON entries on standard output, as CloudWatch Logs reads them; level and service by environment. */
export function lambdaLogger(): Logger & { readonly powertools: PowertoolsLogger } {
  const powertools = new PowertoolsLogger();
  return {
    powertools,
    debug: (message, fields) => powertools.debug(message, extra(fields)),
    info: (message, fields) => powertools.info(message, extra(fields)),
    warn: (message, fields) => powertools.warn(message, extra(fields)),
    error: (message, fields) => powertools.error(message, extra(fields)),
  };
}

function extra(fields: LogFields | undefined): Record<string, unknown> {
  return { ...fields };
}
