/** A link by which anybody may read one object for a while, without an account. */
export interface ObjectLink {
  readonly url: string;
  /** From then on it leads nowhere, Unix seconds. */
  readonly expiresAtSeconds: number;
}

/** Makes such links. */
export interface ObjectLinks {
  /** @param contentType what a browser shall take the object for. */
  linkTo(key: string, contentType: string): Promise<ObjectLink>;
}
