import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

/** Paints text, or leaves it plain where colour is off. */
export type Paint = (format: Format, text: string) => string;

/** Colour only on a terminal, and not when NO_COLOR is set. */
export function paintFor(stream: { readonly isTTY?: boolean }): Paint {
  const isWanted = stream.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
  return isWanted ? (format, text) => styleText(format, text, { validateStream: false }) : (_, text) => text;
}
