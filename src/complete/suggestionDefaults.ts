// What typing shows where nobody has set anything: the defaults of the editor's settings, which the command line and
// measurements use too.

import { defaultShowThreshold } from './types.ts';

export type LanguageSwitches = Readonly<Record<string, boolean>>;

export const suggestionDefaults = {
  showThreshold: defaultShowThreshold,
  maxTokens: 48,
  alternatives: 3,
  multiLine: true,
  languages: {
    '*': true,
    plaintext: false,
    markdown: false,
    log: false,
  },
} as const;

/** VS Code's own input boxes and views that are documents too. "*" does not mean them; an entry of their own does. */
const viewsOfEditor: ReadonlySet<string> = new Set(['scminput', 'search-result', 'code-text-binary', 'Log']);

/** Whether suggestions come while one types in a language: by its own entry, else by that of "*", else yes. */
export function isLanguageOn(switches: LanguageSwitches, languageId: string): boolean {
  // Identifiers come from other extensions; one called "constructor" must not find Object's.
  const entry = (key: string) => (Object.hasOwn(switches, key) ? switches[key] : undefined);
  return entry(languageId) ?? (viewsOfEditor.has(languageId) ? false : (entry('*') ?? true));
}
