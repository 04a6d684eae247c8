#!/usr/bin/env node
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CliCredentialsStackSynthesizer, FileSystem, type IStackSynthesizer } from 'aws-cdk-lib';
import { TidemarkStack } from '../lib/cdk/tidemark-stack.ts';
import { configurationBytes, pushedConfigurationKey } from '../lib/models/stored-configuration.ts';
import { loadForCommand } from './load-configuration.ts';

const app = new App();
const isLocal = app.node.tryGetContext('local') === 'true';
const file = app.node.tryGetContext('config') ?? 'config/config.yaml';
const configuration = await loadForCommand(file);
const bytes = configurationBytes(configuration);
const configurationFile = join(FileSystem.mkdtemp('tidemark-'), 'configuration.json');
writeFileSync(configurationFile, bytes);
new TidemarkStack(app, configuration.name, {
  description: 'Tidemark: anomaly detection for Prometheus metrics',
  configuration,
  configurationFile,
  configurationKey: pushedConfigurationKey(bytes),
  isLocal,
  // The local cloud has no bootstrap roles to assume: deploy with the caller's own credentials.
  ...(app.node.tryGetContext('local') === 'true'
    ? { synthesizer: new CliCredentialsStackSynthesizer() as IStackSynthesizer }
    : {}),
});
