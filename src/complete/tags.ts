// Tags for the scanner of brackets: where one begins, in documents of tags and in JSX, and what an element's end says.

/** `<name` or `</name` at `at`, without what follows the name; an empty name is a fragment's. */
export function tagAt(
  text: string,
  at: number,
): { readonly name: string; readonly closes: boolean; readonly length: number } | undefined {
  tag.lastIndex = at;
  const match = tag.exec(text);
  if (match === null) return undefined;
  return { name: match[2] ?? '', closes: match[1] === '/', length: match[0].length };
}

const tag = /<(\/?)([A-Za-z][\w.:-]*|(?=>))/y;

/**
 * Whether a `<` after `before`, the line up to it, begins a tag and no comparison or type argument: an expression is due
 * there. The name must be followed by what ends a name, and not by what only type parameters have.
 */
export function beginsJsx(text: string, at: number, before: string): boolean {
  const lead = before.trimEnd();
  if (lead !== '' && !/(?:[(,=[!&|?:{};]|=>|\b(?:return|default|yield|await))$/.test(lead)) return false;
  jsxTag.lastIndex = at;
  return jsxTag.test(text);
}

const jsxTag = /<(?:>|[A-Za-z][\w.:-]*(?:>|\/|\s(?!\s*extends\b)|$))/y;

/** Elements without content, which no end tag closes. */
export function isVoid(name: string): boolean {
  return voidElements.has(name.toLowerCase());
}

const voidElements = new Set(
  'area base br col embed hr img input link meta param source track wbr'.split(' '),
);

/** Elements whose end tag may be left out. */
export function mayStandOpen(name: string): boolean {
  return optionalEnds.has(name.toLowerCase());
}

const optionalEnds = new Set('p li dt dd td th tr option thead tbody tfoot body html head'.split(' '));

/** The language of what such an element holds; undefined where it holds text and tags. */
export function languageWithin(name: string, attributes: string): string | undefined {
  if (/^style$/i.test(name)) return /lang=["']?s[ac]ss/.test(attributes) ? 'scss' : 'css';
  if (!/^script$/i.test(name)) return undefined;
  return /\blang=["']?ts/.test(attributes) ? 'typescript' : 'javascript';
}

/** Whether the attribute of which `before` ends with the name and `=` holds code: `:a=`, `@a=`, `v-a=`. */
export function holdsCode(before: string): boolean {
  return /(?:^|\s)(?:[:@#]|v-)[^\s"'<>=]*=$/.test(before);
}
