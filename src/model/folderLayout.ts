// The files of a model folder, in Hugging Face's layout and with three of our own beside it.

/** Says of which kind the model is, and is read before the others. */
export const configFile = 'config.json';

export const weightsFile = 'model.safetensors';

/** Of the other files, where they were written here. */
export const checksumsFile = 'checksums.json';

/** What else is read of every model. */
export const otherFiles = [
  'tokenizer.json',
  'tinymemory.json',
  'generation_config.json',
  'tokenizer_config.json',
  'mixtures.json',
];
