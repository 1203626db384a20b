// What a question asks for, told by its words. Nothing here looks at the workspace.

import type { ChatCommand } from '../model/types.ts';

export type Intent =
  /** Where is it, which files, what is there about it. */
  | { readonly kind: 'find'; readonly topic: string }
  /** What a thing does; `name` as it was written, empty where the question describes it. */
  | { readonly kind: 'explain'; readonly topic: string; readonly name: string }
  | { readonly kind: 'usages'; readonly topic: string; readonly name: string }
  | { readonly kind: 'example'; readonly topic: string; readonly name: string }
  /** Which files: a list of places rather than one. */
  | { readonly kind: 'files'; readonly topic: string }
  /** Which tests there are of it. */
  | { readonly kind: 'tests'; readonly topic: string }
  /** How to add another one of its kind. */
  | { readonly kind: 'addition'; readonly topic: string }
  /** What it is set to, and where. */
  | { readonly kind: 'settings'; readonly topic: string }
  /** When it came or changed. */
  | { readonly kind: 'history'; readonly topic: string }
  /** What the workspace is, how it is laid out, where to begin. */
  | { readonly kind: 'overview'; readonly topic: string }
  /** Not about any workspace. */
  | { readonly kind: 'unfit'; readonly what: 'arithmetic' | 'small-talk' | 'general' };

/** `command` says what is wanted where the user has said so. */
export function intentOf(text: string, command?: ChatCommand): Intent {
  const topic = text.trim();
  const name = nameIn(topic);
  if (command === 'usages') return { kind: 'usages', topic, name: name === '' ? lastWord(topic) : name };
  if (command === 'explain') return { kind: 'explain', topic, name: name === '' ? lastWord(topic) : name };
  if (command === 'find') return { kind: 'find', topic };
  const what = unfit(topic, name);
  if (what !== undefined) return { kind: 'unfit', what };
  const aspect = aspectPatterns.find(([, pattern]) => pattern.test(topic))?.[0];
  if (aspect !== undefined) return { kind: aspect, topic };
  if (asksForUsages(topic)) return { kind: 'usages', topic, name };
  if (examplePattern.test(topic)) return { kind: 'example', topic, name };
  if (filesPattern.test(topic)) return { kind: 'files', topic };
  if (explainPattern.test(topic)) return { kind: 'explain', topic, name };
  return { kind: 'find', topic };
}

/** The name that a question is about, where it is written as code or stands where only a name can. */
export function nameIn(topic: string): string {
  const quoted = /`([^`\s]+)`/.exec(topic)?.[1];
  if (quoted !== undefined) return lastPart(quoted);
  const called = /(?<![\p{L}\p{N}_$.:#])([\p{L}_$][\p{L}\p{N}_$.:#]*)\(\)/u.exec(topic)?.[1];
  if (called !== undefined) return lastPart(called);
  const shaped = topic.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu)?.find(word => codeShape.test(word));
  if (shaped !== undefined) return shaped;
  return (
    /^(?:what (?:does|is)|explain|where is|how is|who (?:calls|uses)|usages? of|show)\s+(?:the\s+|an?\s+)?(?:function\s+|class\s+|method\s+)?(?!(?:it|this|that|they|these|those)\b)([\p{L}_$][\p{L}\p{N}_$]*)(?:\s+(?:do|used|called|defined|for|declared|implemented))?\s*\??$/iu.exec(
      topic,
    )?.[1] ?? ''
  );
}

/** camelCase, PascalCase of two words, snake_case, CONSTANT_CASE, $name. */
const codeShape = /^(?:\p{Ll}[\p{Ll}\p{N}]*\p{Lu}|\p{Lu}\p{Ll}+\p{Lu}|[\p{L}\p{N}$]+_|_[\p{L}]|\$)/u;

/** Whether a word is written as only code is. */
export function isCodeName(name: string): boolean {
  return codeShape.test(name);
}

function asksForUsages(topic: string): boolean {
  return (
    /\bwho (?:calls|uses)\b|\b(?:usages?|callers|references) of\b|\bfind (?:all )?(?:usages|references|callers)\b/i.test(
      topic,
    ) ||
    follows(topic, /\bwhere (?:is|are|do we|does)\b/i, /\b(?:used|called|referenced)\b/i) ||
    follows(topic, /\bhow (?:is|are)\b/i, /\b(?:used|called)\b/i)
  );
}

/** Whether `second` stands behind the first `first` of a line. As one pattern, it would try each pair of both. */
function follows(text: string, first: RegExp, second: RegExp): boolean {
  return text.split('\n').some(line => {
    const found = first.exec(line);
    return found !== null && second.test(line.slice(found.index + found[0].length));
  });
}

/** The first that fits says what is wanted. */
const aspectPatterns = [
  [
    'overview',
    /^(?:so,? )?(?:what(?:'s| is| does)|explain|describe|summari[sz]e|tell me about|give (?:me )?an overview of) (?:this|the|your)?\s*(?:whole )?(?:repo|repository|project|workspace|code ?base|package|library|application|app|program)(?: (?:about|for|do|all about|is))?\W*$|\bwhere (?:do|should|can|would) (?:i|we|one) (?:start|begin)\b|\bhow (?:is|are) (?:it|this|(?:the|this) (?:code|project|repo|repository|workspace|code ?base|files|folders?)) (?:all )?(?:laid out|organi[sz]ed|structured|arranged)|\b(?:project|code|folder|directory|repository) (?:structure|layout)\b|^(?:an? |the |give me an? )?overview\W*$|^(?:what|where|which) (?:is|are) the (?:entry|starting) ?points?\W*$/i,
  ],
  [
    'tests',
    /^(?:and )?(?:which|what|where|show|list|find|are there|is there|any|its|the)\b.{0,40}\b(?:tests|specs|test cases|test files?)\b|\b(?:which|what) (?:unit |integration )?tests?\b|\b(?:is|are|gets?) .{0,100}\btested\b|\btests? (?:of|for|that cover|covering)\b/i,
  ],
  [
    'addition',
    /\b(?:how\b.{0,25}\b(?:add|introduce)|steps to add|what (?:do i|must i|should i|has to|needs to) .{0,20}\badd)\b|\bhow (?:do|can|would|should|could|to)\b.{0,20}\b(?:create|make|write|implement|define|register|support|extend)\b.{0,20}\b(?:new|another|custom|additional|further|own)\b/i,
  ],
  [
    'history',
    /\b(?:change ?log|release notes|since when|since which|which version|what (?:has |was |is )?(?:changed|new)|when (?:was|were|did)\b.{0,80}\b(?:added|introduced|removed|deprecated|changed|released))\b/i,
  ],
  [
    'settings',
    /\bdefaults?\b|^(?:what|which|where|how|list|show)\b.{0,80}\b(?:configur(?:e|ed|able|ation)|settings?|options?|environment variables?)\b/i,
  ],
] as const;

const examplePattern =
  /\b(?:examples?|sample|show me how|how (?:do|can|would|should) (?:i|we|you|one) use)\b/i;
const filesPattern = /^(?:which|what|list)\b.{0,20}\b(?:files?|modules?|folders?|tests?)\b/i;
const explainPattern =
  /^(?:what (?:does|do|is|are)|explain|describe|how (?:does|do)\b.*\bwork|why (?:does|do|is|are)|tell me about)\b/i;

function lastPart(qualified: string): string {
  return (
    qualified
      .split(/::|[.#]/)
      .findLast(part => part !== '')
      ?.replace(/\(.*/s, '') ?? ''
  );
}

function lastWord(topic: string): string {
  return topic.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu)?.at(-1) ?? '';
}

function unfit(topic: string, name: string): 'arithmetic' | 'small-talk' | 'general' | undefined {
  if (
    /^(?:what(?:'s| is)|how much is|calculate|compute|evaluate|solve)?[\s\d+*/^=().,%!x×÷-]*\??$/i.test(
      topic,
    ) &&
    /\d/.test(topic)
  )
    return 'arithmetic';
  if (arithmetic.test(topic) && name === '') return 'arithmetic';
  const onOneLine = topic.replace(/\s+/g, ' ');
  if (smallTalk.test(onOneLine) || smallTalkStart.test(onOneLine)) return 'small-talk';
  return (general.test(topic) || asksForTranslation(topic)) && name === '' ? 'general' : undefined;
}

const arithmetic =
  /\b\d+(?:\.\d+)?\s*(?:\+|-|\*|\/|x|×|÷|\^|plus|minus|times|divided by|multiplied by|to the power of|modulo|mod|percent of|% of)\s*\d|\b(?:square|cube) root of \d|\bfactorial of \d|\b\d+ factorial\b|\bis \d+ (?:a )?(?:prime|even|odd)\b/i;

const smallTalk =
  /^(?:(?:hi|hello|hey)(?: there| all| everyone)?|good (?:morning|evening|afternoon|night)|thanks?(?: you)?|bye|goodbye|what'?s up|who are you|what are you|what is your name|what can you do)[\s!.?]*$/i;

/** Whatever follows. */
const smallTalkStart =
  /^(?:thank you|how are you|are you (?:an? )?(?:human|robot|ai|real|sentient|chatgpt|gpt)|do you (?:like|love|feel|sleep|dream|have feelings)|(?:tell|sing|write) (?:me )?(?:a |an )?(?:joke|story|poem|song|haiku|limerick)|i (?:love|hate|like) you|what(?:'s| is) the (?:time|date|weather)|how(?:'s| is) the weather)/i;

/** Facts of the world, which no workspace is asked for. */
const general =
  /\b(?:capital (?:city )?of|population of|president of|prime minister|king of|queen of|who (?:won|invented|discovered|painted|wrote|was|directed|composed)|in what year|what year|when (?:was|did) (?:the )?(?:world|first|second|moon|war|berlin|titanic|roman)|how (?:tall|far|deep|heavy|old) is|tallest|longest river|largest (?:planet|ocean|country)|boiling point|speed of light|recipe|horoscope|stock price|exchange rate|meaning of life|synonym of|rhymes with|football|olympic|world cup|movie|song lyrics)\b/i;

function asksForTranslation(topic: string): boolean {
  return follows(
    topic,
    /\btranslate /i,
    / (?:in)?to (?:french|german|spanish|italian|chinese|japanese|latin)\b/i,
  );
}
