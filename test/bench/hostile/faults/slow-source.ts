import type { FaultKind, HttpReply, Span } from '../fault.ts';
import type { Background } from '../healthy-background.ts';

const namesOf = ({ metrics }: Background) => metrics.map(({ name }) => name);

/** What the whole server does, to every query. */
function ofServer(story: string, span: Span, change: (reply: HttpReply) => void) {
  return {
    story,
    onQuery: (_: unknown, reply: HttpReply) => change(reply),
    onProbe: change,
    consequences: { delays: [{ ...span, metrics: 'all' as const }] },
  };
}

/** The source is away, slow, or wants to be left alone. */
export const slowSource: readonly FaultKind[] = [
  {
    kind: 'hanging-queries',
    weight: 3,
    draw: (dice, span, background) => {
      const names = namesOf(background);
      const hanging = dice.some(names, dice.whole(1, names.length - 1));
      return {
        story: `queries of ${hanging.join(', ')} hang`,
        onQuery: ({ metric }, reply) => {
          if (hanging.includes(metric)) reply.lost = 'hang';
        },
        consequences: { delays: [{ ...span, metrics: hanging }] },
      };
    },
  },
  {
    kind: 'slow-queries',
    weight: 2,
    draw: (dice, span, background) => {
      const names = namesOf(background);
      const slow = dice.some(names, dice.whole(1, names.length - 1));
      const seconds = dice.whole(2, 20);
      return {
        story: `queries of ${slow.join(', ')} take up to ${seconds} s`,
        onQuery: ({ metric }, reply) => {
          if (slow.includes(metric)) reply.delayMilliseconds += 1000 * seconds * (0.5 + 0.5 * dice.uniform());
        },
        consequences: { delays: [{ ...span, metrics: slow }] },
      };
    },
  },
  {
    kind: 'source-refuses-connections',
    mostTicks: 30,
    draw: (_, span) =>
      ofServer('the source refuses every connection', span, (reply) => {
        reply.lost = 'refused';
      }),
  },
  {
    kind: 'source-fails',
    mostTicks: 30,
    draw: (dice, span) => {
      const status = dice.one([500, 502, 503, 504]);
      const share = dice.one([0.3, 0.8, 1]);
      return ofServer(`${share * 100} % of the queries get ${status}`, span, (reply) => {
        if (!dice.happens(share)) return;
        reply.status = status;
        reply.headers['content-type'] = 'text/html';
        reply.body = '<html>Bad gateway</html>';
      });
    },
  },
  {
    kind: 'source-throttles-for-seconds',
    weight: 2,
    draw: (dice, span, background) => {
      const metric = dice.one(namesOf(background));
      const seconds = dice.whole(2, 25);
      const status = dice.one([429, 503]);
      return {
        story: `queries of ${metric} get ${status} with Retry-After: ${seconds} now and then`,
        onQuery: (request, reply) => {
          if (request.metric !== metric || !dice.happens(0.5)) return;
          reply.status = status;
          reply.headers['retry-after'] = String(seconds);
          reply.body = 'too many requests';
        },
        consequences: { delays: [{ ...span, metrics: [metric] }] },
      };
    },
  },
  {
    kind: 'source-throttles-until-a-date',
    weight: 2,
    draw: (dice, span, background) => {
      const metric = dice.one(namesOf(background));
      const seconds = dice.whole(3, 25);
      return {
        story: `queries of ${metric} get 503 with a Retry-After date ${seconds} s ahead now and then`,
        onQuery: (request, reply) => {
          if (request.metric !== metric || !dice.happens(0.5)) return;
          reply.status = 503;
          // By the clock of the server, as its Date header.
          const serverMilliseconds = Date.parse(reply.headers.date ?? '');
          reply.headers['retry-after'] = new Date(serverMilliseconds + seconds * 1000).toUTCString();
          reply.body = 'overloaded';
        },
        consequences: { delays: [{ ...span, metrics: [metric] }] },
      };
    },
  },
];
