// The state machine over the lexical rules: what stands innermost says how the next character is read, as code, as part
// of a literal, or as text and tags. One pass, since it runs over the whole window for every suggestion.

import { blockWordAt } from './blockWords.ts';
import type { BracketScan, OpenBracket, ScanOptions } from './openBracket.ts';
import { lexicalRules, type Hole, type LexicalRules, type LiteralRule } from './lexicalRules.ts';
import { hereDocumentAt, literalAt, regularExpressionLength, type OpenedLiteral } from './literals.ts';
import { OpenStack } from './openStack.ts';
import { beginsJsx, holdsCode, isVoid, languageWithin, mayStandOpen, tagAt } from './tags.ts';

export class Scanner extends OpenStack {
  private readonly base: LexicalRules;
  /** Announced on the line, to begin below it. */
  private readonly hereDocuments: OpenedLiteral[] = [];

  constructor(text: string, base: LexicalRules, start: readonly OpenBracket[], options: ScanOptions) {
    super(text, start, options);
    this.base = base;
  }

  scan(): BracketScan {
    const { text, open } = this;
    for (let at = 0; at < text.length;) {
      at = text.charCodeAt(at) === lineFeed ? this.lineEnd(at) : this.step(open.at(-1), at);
    }
    return this.found();
  }

  /** Reads what stands at `at`, which is no line end; returns where to go on: there too, if it left something. */
  private step(top: OpenBracket | undefined, at: number): number {
    if (top === undefined) {
      const { tags } = this.base;
      return tags === 'markup' || tags === 'php'
        ? this.inText(this.base, at)
        : this.inCode(top, this.base, at);
    }
    switch (top.kind) {
      case 'literal':
        return this.inLiteral(top, at);
      case 'bracket-in-literal':
        return this.inBracketInLiteral(top, at);
      case 'tag':
        return this.inTag(top, at);
      case 'element':
      case 'outside':
        return this.inText(top.rules, at);
      case 'bracket':
      case 'hole':
      case 'island':
      case 'word':
        return this.inCode(top, top.rules, at);
      default:
        return top.kind satisfies never;
    }
  }

  private inCode(top: OpenBracket | undefined, rules: LexicalRules, from: number): number {
    const { text } = this;
    const { byStart } = rules;
    let at = from;
    while (at < text.length && byStart[text.charCodeAt(at)] === undefined) at++;
    const character = text.charAt(at);
    if (character === '' || character === '\n') return at;
    const left = this.leaveCode(top, character, at);
    if (left !== undefined) return left;
    const found = literalAt(text, at, byStart[text.charCodeAt(at)] ?? [], rules.looseApostrophe);
    if (found !== undefined) return this.push('literal', found, at, found.length, rules, found.rule);
    const closer = brackets.get(character);
    if (closer !== undefined) return this.push('bracket', { opener: character, closer }, at, 1, rules);
    if (closers.has(character)) return this.closeBracket(character, at);
    if (character === '<' || character === '/') return this.inCodeAngle(rules, character, at);
    return this.blockWord(rules, at);
  }

  /** Where to go on after the end of the code that something open holds, if that end stands at `at`. */
  private leaveCode(top: OpenBracket | undefined, character: string, at: number): number | undefined {
    const { text, open, base } = this;
    if (top?.kind === 'hole' && top.closer.length > 1 && text.startsWith(top.closer, at)) {
      this.pop(at);
      return at + top.closer.length;
    }
    if (base.tags === 'php' && text.startsWith('?>', at)) {
      if (top?.kind === 'island') this.pop(at);
      else this.push('outside', { opener: '?>', closer: '<?' }, at, 2, base);
      return at + 2;
    }
    if (base.tags !== 'markup' || (character !== '<' && !isQuote(character))) return undefined;
    const ends = (entry: OpenBracket): boolean =>
      (entry.kind === 'island' && text.startsWith(entry.closer.slice(0, -1), at)) ||
      (entry.kind === 'hole' && entry.closer === character && isQuote(character));
    const match = open.findLastIndex(ends);
    const closer = open[match]?.closer;
    if (closer === undefined) return undefined;
    this.unwind(match, at);
    return at + closer.length;
  }

  /** `<` or `/` in code: a here-document, a tag, a regular expression, or nothing. */
  private inCodeAngle(rules: LexicalRules, character: string, at: number): number {
    const { text } = this;
    if (character === '/') {
      if (!rules.regularExpressions) return at + 1;
      return at + 1 + regularExpressionLength(text, at, text.slice(this.lineStart, at));
    }
    const found = hereDocumentAt(text, at, rules);
    if (found !== undefined) {
      this.hereDocuments.push(found);
      return at + found.length;
    }
    const isTag = rules.tags === 'jsx' && beginsJsx(text, at, text.slice(this.lineStart, at));
    return isTag ? this.tag(rules, at) : at + 1;
  }

  private blockWord(rules: LexicalRules, at: number): number {
    const found = rules.words && blockWordAt(rules.words, this.text, at, this.lineStart);
    if (found === undefined) return at + 1;
    const { word, closer } = found;
    if (closer !== undefined) return this.push('word', { opener: word, closer }, at, word.length, rules);
    const { open } = this;
    const outside = open.findLastIndex(({ kind }) => kind !== 'word');
    const match = open.findLastIndex((entry, depth) => depth > outside && entry.closer === word);
    // A block that is open within the one it closes was forgotten: the word closes the wrong one.
    if (match < open.length - 1 || match === -1) this.stray ??= at;
    const matched = open[match];
    if (matched !== undefined && !this.belongsOutside(matched, at)) this.unwind(match, at);
    return at + word.length;
  }

  private inLiteral(top: OpenBracket, from: number): number {
    const { text } = this;
    const { rule, closer } = top;
    if (rule === undefined || closer === '\n') {
      const end = text.indexOf('\n', from);
      return end === -1 ? text.length : end;
    }
    let at = from;
    while (at < text.length && isPlain[text.charCodeAt(at)] !== false) at++;
    if (at >= text.length || text.charCodeAt(at) === lineFeed) return at;
    if (this.base.tags === 'markup' && text.charAt(at) === '<') {
      // Documents of tags know nothing of a script's strings.
      const left = this.leaveCode(top, '<', at);
      if (left !== undefined) return left;
    }
    const hole = this.holeAt(rule.holes, at);
    if (hole === 'none') return at + 2;
    if (hole !== undefined) return this.hole(hole, top.rules, at);
    if (rule.escapes && text.charAt(at) === '\\') return at + (text.startsWith('\r\n', at + 1) ? 3 : 2);
    if (rule.endsAtLine === true) return at + 1;
    if (text.startsWith(closer, at)) {
      const { length } = closer;
      if (rule.doubles === true && text.startsWith(closer, at + length)) return at + 2 * length;
      this.pop(at);
      return at + length;
    }
    if (rule.nests === true && text.startsWith(rule.open, at)) {
      return this.push('literal', top, at, rule.open.length, top.rules, rule);
    }
    return at + 1;
  }

  private inBracketInLiteral(top: OpenBracket, at: number): number {
    const character = this.text.charAt(at);
    const closer = brackets.get(character);
    if (character === top.closer) this.pop(at);
    else if (closer !== undefined) this.push('bracket-in-literal', { opener: '', closer }, at, 1, top.rules);
    return at + 1;
  }

  private inText(rules: LexicalRules, from: number): number {
    const { text } = this;
    let at = from;
    while (at < text.length && isPlain[text.charCodeAt(at)] !== false) at++;
    if (at >= text.length || text.charCodeAt(at) === lineFeed) return at;
    if (rules.tags === 'php') return text.startsWith('<?', at) ? this.enterPhp(rules, at) : at + 1;
    const hole = this.holeAt(rules.textHoles, at);
    if (hole === 'none') return at + 2;
    if (hole !== undefined) return this.hole(hole, rules, at);
    const character = text.charAt(at);
    if (character === '<') {
      const comment = literalAt(text, at, [tagComment], false);
      if (comment === undefined) return this.tag(rules, at);
      return this.push('literal', comment, at, comment.length, rules, tagComment);
    }
    // Text of JSX holds no such brackets: an element around was left open.
    const leaves = character === '}' || text.slice(this.lineStart, at).trim() === '';
    return rules.tags === 'jsx' && leaves && closers.has(character)
      ? this.closeBracket(character, at)
      : at + 1;
  }

  private enterPhp(rules: LexicalRules, at: number): number {
    const length = this.text.startsWith('<?php', at) ? 5 : 2;
    if (this.open.at(-1)?.kind !== 'outside') {
      return this.push('island', { opener: '<?php', closer: '?>' }, at, length, rules);
    }
    this.leave();
    return at + length;
  }

  /** A tag's beginning, or the end tag of an element. */
  private tag(rules: LexicalRules, at: number): number {
    const { text, open } = this;
    const found = tagAt(text, at);
    if (found === undefined) return at + 1;
    const { name, closes, length } = found;
    if (closes) {
      this.closeElement(name, at);
      const end = text.indexOf('>', at + length);
      return end !== -1 && text.slice(at + length, end).trim() === '' ? end + 1 : at + length;
    }
    if (mayStandOpen(name) && open.at(-1)?.opener.toLowerCase() === `<${name.toLowerCase()}>`) {
      this.leave();
    }
    return this.push('tag', { opener: `<${name}`, closer: '>' }, at, length, rules);
  }

  private inTag(top: OpenBracket, from: number): number {
    const { text } = this;
    let at = from;
    while (at < text.length && isPlain[text.charCodeAt(at)] !== false) at++;
    if (at >= text.length || text.charCodeAt(at) === lineFeed) return at;
    const hole = this.holeAt(top.rules.textHoles, at);
    if (hole === 'none') return at + 2;
    if (hole !== undefined) return this.hole(hole, top.rules, at);
    const character = text.charAt(at);
    if (isQuote(character)) {
      if (top.rules.codeAttributes && holdsCode(text.slice(this.lineStart, at))) {
        return this.hole({ open: character, close: character }, top.rules, at);
      }
      const rule = character === '"' ? top.rules.attributes.double : top.rules.attributes.single;
      return this.push('literal', { opener: character, closer: character }, at, 1, top.rules, rule);
    }
    if (character === '>' && text.charAt(at - 1) !== '=') this.endTag(top, at);
    else if (character === '<' && tagAt(text, at) !== undefined) {
      // The tag before was never closed.
      this.drop(this.open.length - 1);
      return at;
    }
    return at + 1;
  }

  private endTag({ opener, index, rules, end }: OpenBracket, at: number): void {
    const { text } = this;
    const isOwn = this.open.length > this.floor;
    this.pop(at);
    const name = opener.slice(1);
    if (text.charAt(at - 1) === '/' || (rules.tags === 'markup' && isVoid(name))) return;
    const language =
      rules.tags === 'markup' ? languageWithin(name, isOwn ? text.slice(end, at) : '') : undefined;
    const from = isOwn ? index : at;
    const names = { opener: `${opener}>`, closer: `</${name}>` };
    if (language === undefined) this.push('element', names, from, at + 1 - from, rules);
    else this.push('island', names, from, at + 1 - from, lexicalRules(language));
  }

  private closeElement(name: string, at: number): void {
    const { open } = this;
    const closer = `</${name}>`.toLowerCase();
    let match = open.length - 1;
    let forgotten = false;
    for (; match >= 0; match--) {
      const entry = open[match];
      if (entry?.kind !== 'element' && entry?.kind !== 'tag') match = 0;
      else if (entry.closer.toLowerCase() === closer) break;
      else forgotten ||= match >= this.floor && !mayStandOpen(entry.opener.slice(1, -1));
    }
    const matched = open[match];
    if (matched === undefined || forgotten) this.stray ??= at;
    if (matched !== undefined && !this.belongsOutside(matched, at)) this.unwind(match, at);
  }

  private holeAt(holes: readonly Hole[] | undefined, at: number): Hole | 'none' | undefined {
    for (const hole of holes ?? []) {
      if (hole.unless !== undefined && this.text.startsWith(hole.unless, at)) return 'none';
      if (this.text.startsWith(hole.open, at)) return hole;
    }
    return undefined;
  }

  private hole({ open, close }: Hole, outside: LexicalRules, at: number): number {
    const { holeLanguage } = outside;
    const rules = holeLanguage === undefined ? outside : lexicalRules(holeLanguage);
    return this.push('hole', { opener: open, closer: close }, at, open.length, rules);
  }

  private closeBracket(character: string, at: number): number {
    const { open, floor } = this;
    let forgotten = false;
    let match = open.length - 1;
    for (; match >= 0; match--) {
      const { kind, closer, opener } = open[match] ?? nothing;
      if (closer === character) break;
      const isCrossed = kind === 'element' || kind === 'tag' || kind === 'word';
      const isPattern = opener === 'case' && this.base.looseParenthesis;
      // Another kind of bracket that was opened before the text may be half typed: the match is further out.
      if (kind === 'island' || kind === 'outside' || isPattern || (!isCrossed && match >= floor)) match = 0;
      else forgotten ||= isCrossed && match >= floor;
    }
    const matched = open[match];
    if (matched === undefined || forgotten) {
      if (character !== ')' || !this.base.looseParenthesis) this.stray ??= at;
    }
    if (matched !== undefined && !this.belongsOutside(matched, at)) this.unwind(match, at);
    return at + 1;
  }

  private lineEnd(at: number): number {
    this.lineStart = at + 1;
    this.lineIndent = undefined;
    this.endOneLineLiterals();
    let next = this.endHereDocument(at + 1);
    const [announced] = this.hereDocuments;
    if (announced !== undefined && this.open.at(-1)?.kind !== 'literal') {
      this.hereDocuments.shift();
      this.push('literal', announced, at + 1, 0, this.open.at(-1)?.rules ?? this.base, announced.rule);
      next = this.endHereDocument(at + 1);
    }
    this.options.onLine?.(at + 1, this.open.at(-1)?.kind === 'literal');
    return next;
  }

  /** Past the word that ends the here-document, where it is the line's; else `lineStart`. */
  private endHereDocument(lineStart: number): number {
    const top = this.open.at(-1);
    if (top?.rule?.endsAtLine !== true) return lineStart;
    const end = this.text.indexOf('\n', lineStart);
    const line = this.text.slice(lineStart, end === -1 ? undefined : end);
    const word = line.trim();
    if (!word.startsWith(top.closer) || /^[^\s;,).]/.test(word.slice(top.closer.length))) return lineStart;
    const index = lineStart + line.indexOf(word);
    this.pop(index);
    return index + top.closer.length;
  }

  private endOneLineLiterals(): void {
    const { open } = this;
    const endsHere = ({ rule }: OpenBracket): boolean => rule !== undefined && !rule.multiLine;
    const ended = open.findIndex(endsHere);
    const first = open[ended];
    if (first === undefined) return;
    // Code within a string of one line may run over several, but not in braces alone.
    const holdsCodeOpen = open.slice(ended).some(({ kind }) => kind === 'hole');
    if (holdsCodeOpen && first.rule?.holes?.every(({ unless }) => unless === undefined) === true) return;
    if (first.closer !== '\n' && ended >= this.floor) this.unterminated ??= first.index;
    this.drop(ended);
  }
}

const lineFeed = 10;
const brackets: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
]);
const closers: ReadonlySet<string> = new Set([')', ']', '}']);
const nothing = { kind: 'island', closer: '', opener: '' } as const;

/** By ASCII code: letters, digits and white space mean nothing in literals and text; nor does what is not ASCII. */
const isPlain = Array.from({ length: 128 }, (_, code) => /[\w \t\r.,;]/.test(String.fromCharCode(code)));

const tagComment: LiteralRule = {
  kind: 'comment',
  open: '<!--',
  close: '-->',
  multiLine: true,
  escapes: false,
};

function isQuote(character: string): boolean {
  return character === '"' || character === "'";
}
