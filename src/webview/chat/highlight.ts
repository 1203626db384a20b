// Colours code: highlight.js with the languages that most workspaces are made of. Code of other languages, and what is too
// long to colour at once, is shown plain.

import type { LanguageFn } from 'highlight.js';
import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import cpp from 'highlight.js/lib/languages/cpp';
import csharp from 'highlight.js/lib/languages/csharp';
import css from 'highlight.js/lib/languages/css';
import diff from 'highlight.js/lib/languages/diff';
import dockerfile from 'highlight.js/lib/languages/dockerfile';
import go from 'highlight.js/lib/languages/go';
import ini from 'highlight.js/lib/languages/ini';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import kotlin from 'highlight.js/lib/languages/kotlin';
import lua from 'highlight.js/lib/languages/lua';
import makefile from 'highlight.js/lib/languages/makefile';
import markdown from 'highlight.js/lib/languages/markdown';
import php from 'highlight.js/lib/languages/php';
import python from 'highlight.js/lib/languages/python';
import ruby from 'highlight.js/lib/languages/ruby';
import rust from 'highlight.js/lib/languages/rust';
import scss from 'highlight.js/lib/languages/scss';
import sql from 'highlight.js/lib/languages/sql';
import swift from 'highlight.js/lib/languages/swift';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';

/** By VS Code's language identifiers; highlight.js adds aliases of its own (`ts`, `py`), which Markdown uses. */
const languages: Readonly<Record<string, LanguageFn>> = {
  ...{ c, cpp, csharp, css, diff, dockerfile, go, ini, java, javascript, json, kotlin, lua, makefile },
  ...{ markdown, php, python, ruby, rust, scss, sql, swift, typescript, yaml },
  ...{ html: xml, xml, vue: xml, svelte: xml, toml: ini, properties: ini, jsonc: json, less: scss },
  ...{ javascriptreact: javascript, typescriptreact: typescript, shellscript: bash },
};

for (const [name, language] of Object.entries(languages)) hljs.registerLanguage(name, language);

/** UTF-16 code units; colouring more would hold up the page. */
const maxChars = 20_000;

/** HTML made of `span`s with classes and of the code, escaped. */
export function highlight(code: string, languageId: string): string {
  const language =
    hljs.getLanguage(languageId) === undefined || code.length > maxChars ? undefined : languageId;
  if (language === undefined) return escapeText(code);
  return hljs.highlight(code, { language, ignoreIllegals: true }).value;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
