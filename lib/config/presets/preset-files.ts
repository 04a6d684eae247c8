import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { type Preset, presetSchema } from './preset.ts';

/** The names of the presets: their files in config/presets without `.yaml`, in the order in which `init` shows them. */
export const presetNames = [
  'http-prometheus-client',
  'http-opentelemetry',
  'istio',
  'envoy',
  'nginx-ingress',
  'blackbox',
  'jvm-micrometer',
  'nodejs-runtime',
  'go-runtime',
  'postgresql',
  'mysql',
  'redis',
  'kafka',
  'rabbitmq',
  'kube-state-metrics',
  'cadvisor',
  'node-exporter',
  'cloudwatch-exporter',
] as const;

export type PresetName = (typeof presetNames)[number];

const folder = fileURLToPath(new URL('../../../config/presets/', import.meta.url));

/** Whether a preset has this name. */
export function isPresetName(name: string): name is PresetName {
  return presetNames.some((known) => known === name);
}

/** The file of a preset. It is a layer of a configuration as well: its `metrics` are written as in any other. */
export function presetFile(name: PresetName): string {
  return join(folder, `${name}.yaml`);
}

/** Reads a preset. */
export function readPreset(name: PresetName): Preset {
  return presetSchema.parse(parse(readFileSync(presetFile(name), 'utf8')));
}
