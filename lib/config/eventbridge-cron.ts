import { parseCron } from './cron.ts';

const dayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const DAYS_OF_WEEK = 7;
const DAYS_OF_MONTH = 31;

/**
 * A crontab(5) time as EventBridge expressions. EventBridge takes only one of the two day fields, so a time
 * that restricts both needs two expressions.
 *
 * @throws InvalidCronError naming the invalid field.
 * @example eventBridgeCrons('0 3 * * sun') // ['cron(0 3 ? * SUN *)']
 */
export function eventBridgeCrons(cron: string): string[] {
  const { minutes, hours, daysOfMonth, months, daysOfWeek, isEitherDay } = parseCron(cron);
  const expression = (ofMonth: string, ofWeek: string) =>
    `cron(${minutes.join(',')} ${hours.join(',')} ${ofMonth} ${monthsOf(months)} ${ofWeek} *)`;
  const ofMonth = expression(daysOfMonth.length === DAYS_OF_MONTH ? '*' : daysOfMonth.join(','), '?');
  const ofWeek = expression('?', daysOfWeek.map((day) => dayNames[day]).join(','));
  if (isEitherDay) return [ofMonth, ofWeek];
  return [daysOfWeek.length === DAYS_OF_WEEK ? ofMonth : ofWeek];
}

function monthsOf(months: readonly number[]): string {
  return months.length === 12 ? '*' : months.join(',');
}
