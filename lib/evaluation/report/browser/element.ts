/** An element of the page inside another one. @throws Error when it is missing. */
export function element(inside: ParentNode, selector: string): HTMLElement {
  const found = inside.querySelector<HTMLElement>(selector);
  if (found === null) throw new Error(`The page has no element ${selector}`);
  return found;
}
