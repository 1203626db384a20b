// What a file is for, told by its path alone: its language and whether it is source, test, documentation, markup or
// data. Decides which files are kept under a cap and which may be held out; nothing is admitted or refused by it.

import { baseName } from './fileTree.ts';

export type FileKind = 'source' | 'test' | 'docs' | 'markup' | 'data' | 'other';

/** The language of a source or markup file, named as VS Code does where it has one name; undefined for all others. */
export function languageOf(path: string): string | undefined {
  const name = baseName(path).toLowerCase();
  return languageByName.get(name) ?? languageByEnding.get(extensionOf(name));
}

/** Whether the file is of a programming language, be it a test or not. Markup, styles and data are none. */
export function isCode(path: string): boolean {
  const language = languageOf(path);
  return language !== undefined && !markupLanguages.has(language);
}

/** Code under a folder of tests or named as a test is `test`; code for documentation counts as what it is written in. */
export function fileKind(path: string): FileKind {
  if (isCode(path)) return testPath.test(path) ? 'test' : 'source';
  const ending = extensionOf(baseName(path).toLowerCase());
  if (docEndings.has(ending) || docNames.test(baseName(path))) return 'docs';
  if (languageOf(path) !== undefined) return 'markup';
  return dataEndings.has(ending) ? 'data' : 'other';
}

/** What follows the last dot of a name, in lower case and without the dot; empty for `.gitignore` and `Makefile`. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot + 1).toLowerCase();
}

/** Formats that hold values rather than behaviour, which is where secrets are kept. */
export function isDataEnding(ending: string): boolean {
  return dataEndings.has(ending);
}

const testPath =
  /(?:^|\/)(?:tests?|__tests__|specs?|e2e|testing|testdata|fixtures)\/|(?:^|\/)(?:test_[^/]*|conftest\.py|[^/]*(?:[._-](?:test|spec|tests|specs|e2e)|Tests?|Spec)\.[^./]+)$/;

const languageByEnding = new Map(
  Object.entries({
    typescript: 'ts mts cts',
    typescriptreact: 'tsx',
    javascript: 'js mjs cjs',
    javascriptreact: 'jsx',
    python: 'py pyi pyx pxd',
    go: 'go',
    rust: 'rs',
    java: 'java',
    kotlin: 'kt kts',
    scala: 'scala sc sbt',
    groovy: 'groovy gradle',
    c: 'c h',
    cpp: 'cc cpp cxx c++ hh hpp hxx h++ ipp inl tpp ino cu cuh',
    csharp: 'cs csx',
    fsharp: 'fs fsi fsx',
    vb: 'vb',
    'objective-c': 'm mm',
    swift: 'swift',
    dart: 'dart',
    php: 'php phtml',
    ruby: 'rb rake gemspec ru',
    crystal: 'cr',
    perl: 'pl pm t',
    lua: 'lua luau',
    r: 'r rmd',
    julia: 'jl',
    elixir: 'ex exs',
    erlang: 'erl hrl',
    elm: 'elm',
    haskell: 'hs lhs',
    ocaml: 'ml mli',
    purescript: 'purs',
    clojure: 'clj cljs cljc edn',
    lisp: 'lisp lsp el scm rkt ss',
    nim: 'nim',
    zig: 'zig',
    d: 'd',
    v: 'v sv svh',
    vhdl: 'vhd vhdl',
    ada: 'adb ads',
    pascal: 'pas pp dpr',
    fortran: 'f f90 f95 f03 f08',
    cobol: 'cob cbl',
    assembly: 's asm',
    solidity: 'sol',
    shellscript: 'sh bash zsh ksh fish',
    powershell: 'ps1 psm1 psd1',
    bat: 'bat cmd',
    sql: 'sql psql plsql',
    graphql: 'graphql gql',
    proto3: 'proto',
    thrift: 'thrift',
    terraform: 'tf hcl',
    nix: 'nix',
    starlark: 'bzl star bazel',
    gdscript: 'gd',
    glsl: 'glsl vert frag comp hlsl wgsl metal',
    makefile: 'mk mak make',
    cmake: 'cmake',
    dockerfile: 'dockerfile',
    vue: 'vue',
    svelte: 'svelte',
    astro: 'astro',
    awk: 'awk',
    tcl: 'tcl',
    html: 'html htm xhtml',
    css: 'css',
    scss: 'scss sass',
    less: 'less',
    xml: 'xml xsd xsl xslt xaml svg',
    handlebars: 'hbs handlebars mustache',
    jinja: 'j2 jinja jinja2 njk liquid',
    erb: 'erb ejs',
    pug: 'pug',
  }).flatMap(([language, endings]) => endings.split(' ').map(ending => [ending, language] as const)),
);

const languageByName = new Map([
  ['makefile', 'makefile'],
  ['gnumakefile', 'makefile'],
  ['dockerfile', 'dockerfile'],
  ['containerfile', 'dockerfile'],
  ['cmakelists.txt', 'cmake'],
  ['rakefile', 'ruby'],
  ['gemfile', 'ruby'],
  ['vagrantfile', 'ruby'],
  ['podfile', 'ruby'],
  ['jenkinsfile', 'groovy'],
  ['build', 'starlark'],
  ['workspace', 'starlark'],
  ['justfile', 'makefile'],
]);

const markupLanguages = new Set('html css scss less xml handlebars jinja erb pug'.split(' '));
const docEndings = new Set('md mdx markdown rst adoc asciidoc txt tex org typ'.split(' '));
const docNames = /^(?:readme|licen[cs]e|copying|notice|authors|contributing|changelog|changes)$/i;
const dataEndings = new Set(
  (
    'json jsonc json5 jsonl ndjson yml yaml toml ini cfg conf config cnf properties props env xml plist csv tsv txt ' +
    'dat data db sqlite sqlite3 enc log tfvars list lst bak'
  ).split(' '),
);
