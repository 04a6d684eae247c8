/** The words for the shapes of values: those of a configuration, or of a request to the API. */
export interface Vocabulary {
  /** The syntax of suggestions; the configuration's own are for YAML. */
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
