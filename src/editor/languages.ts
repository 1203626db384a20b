// The per-language switch, and what a language's files are usually called.

export type LanguageSwitches = Readonly<Record<string, boolean>>;

/** VS Code's own input boxes and views that are documents too. "*" does not mean them; an entry of their own does. */
const viewsOfEditor: ReadonlySet<string> = new Set(['scminput', 'search-result', 'code-text-binary', 'Log']);

/** Whether the language is on: by its own entry, else by that of "*", else yes. */
export function isLanguageOn(switches: LanguageSwitches, languageId: string): boolean {
  return (
    ownEntry(switches, languageId) ??
    (viewsOfEditor.has(languageId) ? false : (ownEntry(switches, '*') ?? true))
  );
}

const extensions: Readonly<Record<string, string>> = {
  bat: 'bat',
  c: 'c',
  cpp: 'cpp',
  csharp: 'cs',
  css: 'css',
  dart: 'dart',
  dockerfile: 'dockerfile',
  elixir: 'ex',
  go: 'go',
  haskell: 'hs',
  html: 'html',
  java: 'java',
  javascript: 'js',
  javascriptreact: 'jsx',
  json: 'json',
  jsonc: 'jsonc',
  julia: 'jl',
  kotlin: 'kt',
  less: 'less',
  lua: 'lua',
  makefile: 'mk',
  markdown: 'md',
  perl: 'pl',
  php: 'php',
  powershell: 'ps1',
  python: 'py',
  r: 'r',
  ruby: 'rb',
  rust: 'rs',
  scala: 'scala',
  scss: 'scss',
  shellscript: 'sh',
  sql: 'sql',
  svelte: 'svelte',
  swift: 'swift',
  toml: 'toml',
  typescript: 'ts',
  typescriptreact: 'tsx',
  vue: 'vue',
  xml: 'xml',
  yaml: 'yaml',
  zig: 'zig',
};

/**
 * The path under which the model sees text that has no file of its own (untitled documents, notebook cells):
 * `name` with the language's usual extension; '' for a language of which none is known.
 */
export function pathForLanguage(name: string, languageId: string): string {
  const extension = ownEntry(extensions, languageId);
  return extension === undefined ? '' : `${name}.${extension}`;
}

/** Language identifiers come from other extensions; one called "constructor" must not find Object's. */
function ownEntry<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
