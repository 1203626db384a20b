// The keywords of the languages: what two places that are built alike must have in common, because no renaming touches it.
// A family is a set of languages whose files are compared with each other.

const words = (text: string): readonly string[] => text.split(' ');

/**
 * Of each family: the endings of its files, and its keywords. Soft keywords that are often names are left out,
 * and names of types: places that are built alike often differ in them. */
const families: readonly { readonly endings: string; readonly keywords: readonly string[] }[] = [
  {
    // Every other language: words that are keywords nearly everywhere.
    endings: '',
    keywords: words(
      'if else elif elsif for foreach while do return function fn def class struct enum interface import from export ' +
        'end then case switch break continue try catch finally throw new const let var public private protected static ' +
        'true false null nil this self and or not in is',
    ),
  },
  {
    endings: 'ts mts cts tsx js mjs cjs jsx vue svelte astro',
    keywords: words(
      'abstract as async await break case catch class const continue debugger declare default delete do else ' +
        'enum export extends false finally for from function if implements import in instanceof interface keyof let ' +
        'new null of private protected public readonly return satisfies static super switch this throw true ' +
        'try type typeof undefined var while with yield',
    ),
  },
  {
    endings: 'py pyi pyx pxd bzl star bazel gd',
    keywords: words(
      'False None True and as assert async await break class continue def del elif else except finally for from global if ' +
        'import in is lambda nonlocal not or pass raise return self cls try while with yield',
    ),
  },
  {
    endings: 'go',
    keywords: words(
      'break case chan const continue default defer else fallthrough false for func go goto if import interface iota ' +
        'nil package range return select struct switch true type var',
    ),
  },
  {
    endings: 'rs',
    keywords: words(
      'as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut ' +
        'pub ref return self Self static struct super trait true type unsafe use where while',
    ),
  },
  {
    endings: 'java kt kts scala sc sbt groovy gradle cs csx dart swift php phtml',
    keywords: words(
      'abstract as assert async await base break case catch class companion const continue ' +
        'default do echo else enum extends extension false final finally for foreach fun func function guard if ' +
        'implements import in instanceof interface internal is let namespace native new null open operator ' +
        'out override package private protected public readonly return sealed static struct super ' +
        'switch synchronized this throw throws trait transient true try typeof use using val var volatile when where ' +
        'while with yield',
    ),
  },
  {
    endings:
      'c h cc cpp cxx c++ hh hpp hxx h++ ipp inl tpp ino cu cuh m mm glsl vert frag comp hlsl wgsl metal zig d',
    keywords: words(
      'alignas alignof auto break case catch class const constexpr const_cast continue decltype default define ' +
        'delete do dynamic_cast elif else endif enum explicit extern false final for friend goto if ifdef ifndef ' +
        'include inline mutable namespace new noexcept nullptr operator override private protected public register ' +
        'reinterpret_cast return signed sizeof static static_assert static_cast struct switch template this throw true ' +
        'try typedef typename undef union unsigned using virtual volatile while',
    ),
  },
  {
    endings: 'rb rake gemspec ru cr ex exs lua luau',
    keywords: words(
      'alias and attr_accessor attr_reader begin break case class def defined do else elsif end ensure false for function if ' +
        'in include local module next nil not or private protected public raise redo repeat require require_relative rescue ' +
        'retry return self super then true undef unless until when while yield',
    ),
  },
  {
    endings: 'sh bash zsh ksh fish mk mak make',
    keywords: words(
      'case do done echo elif else esac eval exit export fi for function if in local return set shift source then trap ' +
        'unset until while',
    ),
  },
  {
    endings: 'sql psql plsql',
    keywords: words(
      'select from where and or not null insert into values update set delete create table alter add drop index primary key ' +
        'foreign references on join left right inner outer group by order having limit offset as distinct union all case when ' +
        'then else end SELECT FROM WHERE AND OR NOT NULL INSERT INTO VALUES UPDATE SET DELETE CREATE TABLE ALTER ADD DROP ' +
        'INDEX PRIMARY KEY FOREIGN REFERENCES ON JOIN LEFT RIGHT INNER OUTER GROUP BY ORDER HAVING LIMIT OFFSET AS DISTINCT ' +
        'UNION ALL CASE WHEN THEN ELSE END',
    ),
  },
];

/** Every keyword of any family; a keyword's index is its number. */
export const allKeywords: readonly string[] = [...new Set(families.flatMap(({ keywords }) => keywords))];

/** For each keyword a bit for each family that has it. */
export const familiesOfKeyword: Int32Array = Int32Array.from(allKeywords, keyword =>
  families.reduce((bits, { keywords }, family) => bits | (keywords.includes(keyword) ? 1 << family : 0), 0),
);

const familyByEnding: ReadonlyMap<string, number> = new Map(
  families.flatMap(({ endings }, family) =>
    endings === '' ? [] : words(endings).map(ending => [ending, family] as const),
  ),
);

/** The family of a file, told by the ending of its name; 0 for languages without keywords of their own here. */
export function familyOf(path: string): number {
  const dot = path.lastIndexOf('.');
  return dot === -1 ? 0 : (familyByEnding.get(path.slice(dot + 1).toLowerCase()) ?? 0);
}
