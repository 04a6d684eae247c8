/** The element that a page of ours has inside another. @throws Error when it has none. */
export function element(inside: ParentNode, selector: string): HTMLElement {
  const found = inside.querySelector<HTMLElement>(selector);
  if (found === null) throw new Error(`The page has no element ${selector}`);
  return found;
}
