import type { ScalarValue } from './tree.ts';

/** The value of an unquoted text in YAML 1.2's core schema. Source: yaml.org/spec/1.2.2, section 10.3.2. */
export function readPlainScalar(text: string): ScalarValue {
  if (/^(?:|~|null|Null|NULL)$/.test(text)) return null;
  if (/^(?:true|True|TRUE)$/.test(text)) return true;
  if (/^(?:false|False|FALSE)$/.test(text)) return false;
  if (/^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/.test(text)) return Number(text);
  if (/^0o[0-7]+$|^0x[\da-fA-F]+$/.test(text)) return Number(text);
  return text;
}
