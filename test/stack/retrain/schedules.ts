import { z } from 'zod';
import { signedFetch } from './signed-fetch.ts';

const listSchema = z.object({ Schedules: z.array(z.object({ Name: z.string() })) });
const scheduleSchema = z.looseObject({ ScheduleExpression: z.string(), Target: z.looseObject({}) });

/** Has every schedule fire each minute from now on, whatever time it was deployed with; all else of it stays. */
export async function fireEveryMinute(endpoint: string): Promise<void> {
  const ask = async (method: string, path: string, body?: string) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await signedFetch(new URL(path, endpoint), {
      method,
      service: 'scheduler',
      headers,
      body,
    });
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
    return answer.json();
  };
  const { Schedules } = listSchema.parse(await ask('GET', '/schedules'));
  if (Schedules.length === 0) throw new Error('There is no schedule');
  for (const { Name } of Schedules) {
    const schedule = scheduleSchema.parse(await ask('GET', `/schedules/${Name}`));
    const changed = { ...schedule, ScheduleExpression: 'rate(1 minute)' };
    await ask('PUT', `/schedules/${Name}`, JSON.stringify(changed));
  }
}
