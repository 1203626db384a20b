// User settings under which suggestions are plentiful and nothing but TinyMemory proposes anything, so that a test
// of the editor does not depend on how sure the model is of itself.

/** Settings for tests. */
export const plentifulSettings: Readonly<Record<string, unknown>> = {
  'tinymemory.showThreshold': 0,
  'editor.quickSuggestions': false,
  'editor.suggestOnTriggerCharacters': false,
  'editor.wordBasedSuggestions': 'off',
};
