/** A link that gives anyone read access to one object for a while, without an account. */
export interface ObjectLink {
  readonly url: string;
  /** When the link expires, Unix seconds. */
  readonly expiresAtSeconds: number;
}

/** Creates such links. */
export interface ObjectLinks {
  /** @param contentType the content type of the response. */
  linkTo(key: string, contentType: string): Promise<ObjectLink>;
}
