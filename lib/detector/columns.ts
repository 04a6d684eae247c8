import { InvalidDetectorStateError } from './errors.ts';

/**
 * States of many series as columns: one typed array a field over all series. Ten thousand states are then a few dozen
 * values to a binary encoder and not a million.
 */
export type Columns = { readonly [field: string]: unknown };

/** A column of numbers of one size. */
export type TypedColumn = Float64Array | Float32Array | Uint32Array | Int32Array | Uint8Array;

/** One number a state, as a column. */
export function numberColumn<State>(states: readonly State[], read: (state: State) => number): Float64Array {
  const column = new Float64Array(states.length);
  for (let index = 0; index < states.length; index += 1) column[index] = read(states[index] as State);
  return column;
}

/** An array of `width` numbers a state, as one column of rows. */
export function arrayColumn<State>(
  states: readonly State[],
  width: number,
  read: (state: State) => Float64Array,
): Float64Array {
  return fillRows(new Float64Array(states.length * width), states, width, read);
}

/** Writes an array of `width` numbers a state into a column of rows. @returns the column. */
export function fillRows<State, Column extends TypedColumn>(
  column: Column,
  states: readonly State[],
  width: number,
  read: (state: State) => ArrayLike<number>,
): Column {
  for (let index = 0; index < states.length; index += 1)
    column.set(read(states[index] as State), index * width);
  return column;
}

/** One state's row of an array column: a view, not a copy, so that the column belongs to the states from then on. */
export function row(column: Float64Array, width: number, index: number): Float64Array {
  return column.subarray(index * width, (index + 1) * width);
}

/** The constructor of a kind of columns. */
interface ColumnKind<Column> {
  new (length: number): Column;
  readonly name: string;
  from(numbers: ArrayLike<number>): Column;
}

/** Reads stored columns and refuses what isn't one. */
export class ColumnReader {
  readonly #detector: string;
  readonly #columns: Columns;

  /** @throws InvalidDetectorStateError when the data are not columns. */
  constructor(detector: string, encoded: unknown) {
    if (typeof encoded !== 'object' || encoded === null)
      throw new InvalidDetectorStateError(detector, 'it is not an object of columns');
    this.#detector = detector;
    this.#columns = encoded as Columns;
  }

  /** @throws InvalidDetectorStateError when the column is absent or not of that length. */
  numbers(field: string, length?: number): Float64Array {
    const column = this.#columns[field];
    if (!(column instanceof Float64Array)) this.#refuse(`"${field}" is not a column of numbers`);
    if (length !== undefined && column.length !== length)
      this.#refuse(`"${field}" has ${column.length} numbers instead of ${length}`);
    return column;
  }

  /** Whether there is such a column at all: an older version may have written none. */
  has(field: string): boolean {
    return this.#columns[field] !== undefined;
  }

  /**
   * A column of smaller numbers; one of full numbers, as older versions wrote, is converted.
   *
   * @throws InvalidDetectorStateError when the column is absent, of another kind, or not of that length.
   */
  column<Column extends TypedColumn>(field: string, kind: ColumnKind<Column>, length: number): Column {
    const found = this.#columns[field];
    const column = found instanceof Float64Array ? kind.from(found) : found;
    if (!(column instanceof kind)) this.#refuse(`"${field}" is not a column of ${kind.name}`);
    if (column.length !== length)
      this.#refuse(`"${field}" has ${column.length} numbers instead of ${length}`);
    return column;
  }

  #refuse(found: string): never {
    throw new InvalidDetectorStateError(this.#detector, found);
  }
}
