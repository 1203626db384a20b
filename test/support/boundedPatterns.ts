// Regular expressions that would take more than linear time on a long text, each with what keeps its texts short; and files
// that put expressions together when they run.

export interface BoundedPattern {
  /** Below src. */
  readonly file: string;
  /** What the expression begins with. */
  readonly start: string;
  /** What bounds the texts that it is given. */
  readonly because: string;
}

const suggestionLine = 'declaresInCall gives it 200 characters of a suggestion';
const windowLine = 'likelihood gives it 200 characters of a line';
const paragraph = 'plainParagraph reads 2,000 characters of a paragraph';
const warning = 'withoutPrivate strikes out lines of over 2,000 characters before';

export const bounded: readonly BoundedPattern[] = [
  { file: 'complete/attempt.ts', start: '^[)\\]}>', because: 'closesOnly gives it 60 characters' },
  { file: 'complete/callSite.ts', start: '^(?:final |const |', because: suggestionLine },
  { file: 'complete/literals.ts', start: '[\\p{L}\\p{N}_]+$', because: 'wordBefore gives it 4 characters' },
  {
    file: 'complete/repetition.ts',
    start: '(?:\\p{Extended_Pictographic}|',
    because: 'a unit of a loop is 40 characters at most',
  },
  { file: 'complete/windowStart.ts', start: '^(?:def|class|', because: windowLine },
  { file: 'complete/windowStart.ts', start: '^(?:[A-Z][a-z]*|', because: windowLine },
  {
    file: 'corpus/ignorePattern.ts',
    start: '[^*?[\\]\\\\/]*$',
    because: 'it is given the last 50 characters of a rule',
  },
  {
    file: 'chat/writing/docPlan.ts',
    start: '^\\s*(?:\\.\\.\\.)?',
    because: 'a signature has 300 characters at most',
  },
  {
    file: 'chat/writing/docPlan.ts',
    start: '([\\w$]+)\\s*$',
    because: 'a signature has 300 characters at most',
  },
  { file: 'chat/answers/fileText.ts', start: '<[^>]*>', because: paragraph },
  { file: 'chat/answers/fileText.ts', start: '!?\\[', because: paragraph },
  { file: 'chat/answers/fileText.ts', start: '^\\s*(?:#.*|', because: paragraph },
  {
    file: 'chat/answers/overview.ts',
    start: '"?(?:main|',
    because: 'namedEntries reads lines of 300 characters at most',
  },
  {
    file: 'chat/answers/tests.ts',
    start: '^\\s*(?:it|',
    because: 'caseName reads lines of 500 characters at most',
  },
  {
    file: 'chat/search/conversation.ts',
    start: '\\b(?:its|',
    because: 'inContext reads 1,000 characters at most',
  },
  {
    file: 'chat/search/questionLanguage.ts',
    start: '`[^`]*`|',
    because: 'inEnglish reads 1,000 characters at most',
  },
  {
    file: 'chat/search/relations.ts',
    start: '(?:\\bfrom',
    because: 'specifiersIn reads lines of 500 characters at most',
  },
  {
    file: 'chat/search/subject.ts',
    start: '[/.,;:!?]+$',
    because: 'subjectIn reads 1,000 characters of a question',
  },
  { file: 'editor/engine/recentProblems.ts', start: '\\S*[/\\\\].*', because: warning },
  { file: 'editor/engine/recentProblems.ts', start: '\\S*[/\\\\]\\S*', because: warning },
  { file: 'editor/engine/recentProblems.ts', start: '"[^"]*"|', because: warning },
  {
    file: 'corpus/secrets/gitleaks/generate.ts',
    start: '\\\\.|\\[',
    because: "it runs on gitleaks' own rules, when ours are generated",
  },
];

/** Files whose expressions are made after they were loaded, each with what tries these. */
export const madeLater: Readonly<Record<string, string>> = {
  'chat/search/spelling.ts': 'it is made of a word of 30 letters at most, which stand for themselves',
  'chat/search/questionLanguage.ts': 'it is made of the phrases in questionWords.json, on 1,000 characters',
  'corpus/secrets/rules.ts': 'test/corpus/redactTime.test.ts tries every keyword of every rule',
  'corpus/secrets/gitleaks/translate.ts': 'it only asks whether a pattern compiles, when rules are generated',
  'tokenizer/trainBpe.ts': 'it is made of a constant that test/tokenizer/preTokenizer.test.ts tries',
  'tokenizer/preTokenizer.ts':
    'it only asks whether a pattern compiles; test/tokenizer/preTokenizer.test.ts tries those that run',
  'tokenizer/tokenizer.ts': 'it is made of texts of special tokens, which are escaped',
};
