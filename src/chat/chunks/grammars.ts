// Grammars of the languages that are taken apart along their syntax: which file holds each, and which of its nodes
// declare something. Files of the extension are read when a language is first met, and never fetched.

import { Language, Parser, Query } from 'web-tree-sitter';
import type { ReadAsset } from '../../base/files.ts';
import { languageOf } from '../../corpus/fileKind.ts';

export interface Grammar {
  readonly language: Language;
  /** Captures `function`, `type` and `variable`, `scope` for what merely holds declarations, and `comment`. */
  readonly query: Query;
}

/** A grammar that could not be loaded, from a file share that was away say, is tried again after so long. */
const retryAfterMs = 30_000;

/** Gives the grammar of a file's language, loaded; undefined where there is none or it cannot be loaded. */
export class Grammars {
  private readonly asset: ReadAsset;
  private readonly onProblem: (message: string) => void;
  private readonly loading = new Map<GrammarName, Promise<Grammar | undefined>>();
  private readonly failedMs = new Map<GrammarName, number>();
  private readonly told = new Set<string>();
  private readonly now: () => number;
  private started: Promise<void> | undefined;

  /** `grammars/` holds web-tree-sitter.wasm and the grammars. `onProblem` hears of each problem once. */
  constructor(
    asset: ReadAsset,
    onProblem: (message: string) => void = () => undefined,
    now: () => number = () => performance.now(),
  ) {
    this.asset = asset;
    this.onProblem = onProblem;
    this.now = now;
  }

  /** Never rejects: without its grammar a language is taken apart by indentation. */
  async of(path: string): Promise<Grammar | undefined> {
    const language = languageOf(path);
    const name = language === undefined ? undefined : grammarOf.get(language);
    if (name === undefined) return undefined;
    let grammar = this.loading.get(name);
    if (grammar === undefined || this.now() - (this.failedMs.get(name) ?? Infinity) > retryAfterMs) {
      this.failedMs.delete(name);
      grammar = this.load(name);
      this.loading.set(name, grammar);
    }
    return grammar;
  }

  private async start(): Promise<void> {
    const wasmBinary = await this.asset('grammars/web-tree-sitter.wasm');
    // Or it would look for the address of what it has already.
    await Parser.init({ wasmBinary, locateFile: (file: string) => file });
  }

  private async load(name: GrammarName): Promise<Grammar | undefined> {
    try {
      this.started ??= this.start().catch((error: unknown) => {
        this.started = undefined;
        throw error;
      });
      await this.started;
      const language = await Language.load(await this.asset(`grammars/tree-sitter-${name}.wasm`));
      return { language, query: new Query(language, queries[name]) };
    } catch (error) {
      this.failedMs.set(name, this.now());
      const problem = `the grammar of ${name} cannot be used: ${String(error)}`;
      if (!this.told.has(problem)) this.onProblem(problem);
      this.told.add(problem);
      return undefined;
    }
  }
}

const javascript = `
  [(function_declaration) (generator_function_declaration) (method_definition)] @function
  (variable_declarator value: [(arrow_function) (function_expression) (generator_function)]) @function
  (assignment_expression right: [(arrow_function) (function_expression) (generator_function)]) @function
  (pair value: [(arrow_function) (function_expression) (generator_function)]) @function
  (class_declaration) @type
  (variable_declarator value: (class)) @type
  (program (lexical_declaration (variable_declarator) @variable))
  (program (variable_declaration (variable_declarator) @variable))
  (program (export_statement (lexical_declaration (variable_declarator) @variable)))
  (comment) @comment`;

const typescript = `${javascript}
  [(function_signature) (method_signature) (abstract_method_signature)] @function
  (public_field_definition value: [(arrow_function) (function_expression)]) @function
  [(abstract_class_declaration) (interface_declaration) (type_alias_declaration) (enum_declaration)] @type
  (internal_module) @scope`;

const cFamily = `
  (function_definition) @function
  [(struct_specifier name: (_) body: (_)) (union_specifier name: (_) body: (_)) (enum_specifier name: (_) body: (_))] @type
  [(type_definition) (preproc_function_def)] @type
  (comment) @comment`;

/** For each grammar what to look for in a tree. */
const queries = {
  typescript,
  tsx: typescript,
  javascript: `${javascript}
  (field_definition value: [(arrow_function) (function_expression)]) @function`,
  python: `
  (function_definition) @function
  (class_definition) @type
  (module (expression_statement (assignment) @variable))
  (comment) @comment`,
  go: `
  [(function_declaration) (method_declaration)] @function
  (type_spec) @type
  (source_file (const_declaration) @variable)
  (source_file (var_declaration) @variable)
  (comment) @comment`,
  rust: `
  [(function_item) (function_signature_item) (macro_definition)] @function
  [(struct_item) (enum_item) (union_item) (trait_item) (type_item)] @type
  [(impl_item) (mod_item body: (_))] @scope
  [(const_item) (static_item)] @variable
  [(line_comment) (block_comment)] @comment`,
  java: `
  [(method_declaration) (constructor_declaration) (compact_constructor_declaration)] @function
  [(class_declaration) (interface_declaration) (enum_declaration) (record_declaration) (annotation_type_declaration)] @type
  [(line_comment) (block_comment)] @comment`,
  cpp: `${cFamily}
  (class_specifier name: (_) body: (_)) @type
  (namespace_definition) @scope`,
  'c-sharp': `
  [(method_declaration) (constructor_declaration) (local_function_statement) (property_declaration)] @function
  [(class_declaration) (interface_declaration) (struct_declaration) (enum_declaration) (record_declaration)] @type
  (comment) @comment`,
  php: `
  [(function_definition) (method_declaration)] @function
  [(class_declaration) (interface_declaration) (trait_declaration) (enum_declaration)] @type
  (comment) @comment`,
  ruby: `
  [(method) (singleton_method)] @function
  [(class) (module)] @type
  (comment) @comment`,
  bash: `
  (function_definition) @function
  (comment) @comment`,
} as const;

/** Grammars that are shipped. Others of their package are left out: their size buys little (CSS, INI) or few use them. */
export type GrammarName = keyof typeof queries;

const grammarOf: ReadonlyMap<string, GrammarName> = new Map([
  ['typescript', 'typescript'],
  ['typescriptreact', 'tsx'],
  ['javascript', 'javascript'],
  ['javascriptreact', 'javascript'],
  ['python', 'python'],
  ['go', 'go'],
  ['rust', 'rust'],
  ['java', 'java'],
  ['c', 'cpp'],
  ['cpp', 'cpp'],
  ['csharp', 'c-sharp'],
  ['php', 'php'],
  ['ruby', 'ruby'],
  ['shellscript', 'bash'],
]);
