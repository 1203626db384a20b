// The per-language switch, and what a language's files are usually called.

export type { LanguageSwitches } from '../../complete/suggestionDefaults.ts';
export { isLanguageOn } from '../../complete/suggestionDefaults.ts';

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
