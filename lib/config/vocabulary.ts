/** What the shapes of values are called where they are written: in a configuration, or in a request to the API. */
export interface Vocabulary {
  /** The syntax in which hints on what to write are given; YAML's are the configuration's own too. */
  readonly syntax: 'yaml' | 'json';
  readonly array: string;
  readonly object: string;
  readonly string: string;
}

export const yamlVocabulary: Vocabulary = {
  syntax: 'yaml',
  array: 'a list',
  object: 'a mapping',
  string: 'a text',
};

export const jsonVocabulary: Vocabulary = {
  syntax: 'json',
  array: 'an array',
  object: 'an object',
  string: 'a string',
};
