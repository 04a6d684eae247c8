// Colour sequences as styleText writes them: ESC [ digits m.
const SEQUENCE = new RegExp(`^${String.fromCharCode(27)}\\[[0-9;]*m`);

/** The first `columns` visible characters of a painted line; colours are closed at the cut. */
export function fitToWidth(line: string, columns: number): string {
  let visible = 0;
  let fitted = '';
  let isPainted = false;
  for (let rest = line; rest !== ''; ) {
    const sequence = SEQUENCE.exec(rest)?.[0];
    if (sequence !== undefined) {
      isPainted = true;
      fitted += sequence;
      rest = rest.slice(sequence.length);
      continue;
    }
    if (visible === columns - 1 && rest.length > 1) return `${fitted}…${isPainted ? '\x1b[0m' : ''}`;
    const [character = ''] = rest;
    fitted += character;
    visible += 1;
    rest = rest.slice(character.length);
  }
  return fitted;
}
