const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAY_SECONDS = 86_400;

export function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}

/** `Mon 2026-03-02 08:05 UTC`. @param seconds Unix time. */
export function timeText(seconds: number): string {
  const date = new Date(seconds * 1000);
  const day = `${date.getUTCFullYear()}-${twoDigits(date.getUTCMonth() + 1)}-${twoDigits(date.getUTCDate())}`;
  return `${WEEKDAYS[date.getUTCDay()]} ${day} ${hourText(date)} UTC`;
}

/** `2 Mar 08:05`. @param seconds Unix time. */
export function shortTimeText(seconds: number): string {
  const date = new Date(seconds * 1000);
  return `${dayText(date)} ${hourText(date)}`;
}

/** Labels of a time axis: the hour, and the date where a day begins. @param ticks Unix times. */
export function tickTexts(ticks: readonly number[]): string[] {
  return ticks.map((seconds, index) => {
    const date = new Date(seconds * 1000);
    if (seconds % DAY_SECONDS === 0) return dayText(date);
    return index === 0 ? `${hourText(date)}\n${dayText(date)}` : hourText(date);
  });
}

/** A value in four digits; a dash for none. */
export function numberText(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : String(Number(value.toPrecision(4)));
}

function dayText(date: Date): string {
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
}

function hourText(date: Date): string {
  return `${twoDigits(date.getUTCHours())}:${twoDigits(date.getUTCMinutes())}`;
}
