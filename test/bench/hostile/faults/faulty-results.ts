import type { Dice } from '../dice.ts';
import type { FaultKind, HttpReply, WriteReply } from '../fault.ts';
import type { Background } from '../healthy-background.ts';

/** Verdicts of one series that the store can't take, by the times of the verdicts. */
function badLines(
  dice: Dice,
  { fromSeconds, untilSeconds }: { fromSeconds: number; untilSeconds: number },
  background: Background,
) {
  const { name: metric, series } = dice.one(background.metrics);
  const { labels, key } = dice.one(series);
  const isBad = (line: string) => {
    const isOfMetric = line.startsWith(`verdict,metric=${metric},series=`);
    if (!isOfMetric || !line.includes(`,instance=${labels.instance}`)) return false;
    const seconds = Number(line.slice(line.lastIndexOf(' ') + 1));
    return seconds >= fromSeconds && seconds < untilSeconds;
  };
  return { isBad, metric, key, unstored: [{ metric, key, fromSeconds, untilSeconds }] };
}

function say(reply: HttpReply, status: number, message: string): void {
  reply.status = status;
  reply.headers['content-type'] = 'application/json';
  reply.body = JSON.stringify({ code: 'invalid', message });
}

/** The store of results is away, slow, or refuses what it is given. */
export const faultyResults: readonly FaultKind[] = [
  {
    kind: 'results-away',
    weight: 3,
    mostTicks: 90,
    draw: (dice) => {
      const how = dice.one(['refused', 'reset', 503, 500] as const);
      return {
        story: `the store of results is away (${how})`,
        onWrite: (_, reply) => {
          if (typeof how === 'number') say(reply, how, 'unavailable');
          else reply.lost = how;
        },
        consequences: {},
      };
    },
  },
  {
    kind: 'results-slow',
    weight: 2,
    mostTicks: 60,
    draw: (dice) => {
      const seconds = dice.whole(4, 30);
      return {
        story: `a write of results takes ${seconds} s`,
        onWrite: (_, reply) => {
          reply.delayMilliseconds += seconds * 1000;
        },
        consequences: {},
      };
    },
  },
  {
    kind: 'results-throttled',
    draw: (dice) => {
      const seconds = dice.whole(2, 15);
      const isDate = dice.happens(0.5);
      return {
        story: `half of the writes get 429 with Retry-After (${isDate ? 'a date' : `${seconds} s`})`,
        onWrite: (_, reply) => {
          if (!dice.happens(0.5)) return;
          say(reply, 429, 'too many writes');
          reply.headers['retry-after'] = isDate
            ? new Date(Date.now() + seconds * 1000).toUTCString()
            : String(seconds);
        },
        consequences: {},
      };
    },
  },
  {
    kind: 'bad-line',
    weight: 2,
    mostTicks: 20,
    draw: (dice, span, background) => {
      const { isBad, metric, key, unstored } = badLines(dice, span, background);
      return {
        story: `the verdicts of ${key} of ${metric} in this time are lines that the store can't parse`,
        untilSeconds: Infinity,
        onWrite: (lines, reply) => {
          if (reply.status < 300 && lines.some(isBad))
            say(reply, 400, "unable to parse 'verdict': invalid field format");
        },
        consequences: { unstored },
      };
    },
  },
  {
    kind: 'partial-write',
    mostTicks: 20,
    draw: (dice, span, background) => {
      const { isBad, metric, key, unstored } = badLines(dice, span, background);
      const status = dice.one([400, 422]);
      return {
        story: `the verdicts of ${key} of ${metric} in this time are dropped by a partial write (${status})`,
        untilSeconds: Infinity,
        onWrite: (lines, reply: WriteReply) => {
          const dropped = lines.filter(isBad).length;
          if (reply.status >= 300 || dropped === 0) return;
          say(reply, status, `partial write: field type conflict dropped=${dropped}`);
          reply.stored = lines.filter((line) => !isBad(line));
        },
        consequences: { unstored },
      };
    },
  },
  {
    kind: 'results-refuse-large-requests',
    mostTicks: 60,
    draw: (dice) => {
      const bytes = dice.whole(600, 3000);
      return {
        story: `a proxy refuses writes of more than ${bytes} bytes (413)`,
        onWrite: (lines, reply) => {
          if (lines.join('\n').length > bytes) say(reply, 413, 'request entity too large');
        },
        consequences: {},
      };
    },
  },
];
