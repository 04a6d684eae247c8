import type { InjectionFigures, SeriesFigures } from '../series-figures.ts';
import { element } from './element.ts';
import { shortTimeText } from './texts.ts';

/** Lists a series' injections. @param choose shows one in the chart. */
export function listInjections(
  details: HTMLElement,
  series: SeriesFigures,
  choose: (injection: InjectionFigures) => void,
): void {
  const table = document.createElement('table');
  table.createCaption().textContent = 'Each was injected into its own copy of the history';
  const head = table.createTHead().insertRow();
  for (const title of ['Kind', 'Size', 'Injected at, UTC', 'Outcome', 'Look'])
    head.append(Object.assign(cell('th', title), { scope: 'col' }));
  const body = table.createTBody();
  for (const injection of series.injections) {
    const outcome = cell('td', `${injection.good ? '●' : '✕'} ${injection.outcome}`);
    outcome.className = injection.good ? 'found-key' : 'missed-key';
    const last = document.createElement('td');
    last.append(lookButton(injection, choose));
    body
      .insertRow()
      .append(
        Object.assign(cell('th', injection.title), { scope: 'row' }),
        cell('td', injection.size),
        cell('td', shortTimeText(series.startSeconds + injection.from)),
        outcome,
        last,
      );
  }
  element(details, '.scroll').replaceChildren(table);
}

function lookButton(
  injection: InjectionFigures,
  choose: (injection: InjectionFigures) => void,
): HTMLButtonElement {
  const button = Object.assign(cell('button', 'Show'), { type: 'button' as const });
  button.setAttribute('aria-label', `Show the ${injection.title} in the chart`);
  button.addEventListener('click', () => choose(injection));
  return button;
}

function cell<Tag extends 'td' | 'th' | 'button'>(tag: Tag, text: string): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}
