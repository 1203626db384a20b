// Folders that are never entered, told by their name and at most by what lies beside them. Version control, installed
// dependencies and caches always; vendored code and build outputs unless a .tinymemoryignore takes them back by `!dist/`.

/** `never`: on no account; `default`: unless a .tinymemoryignore takes it back; `secret`: credential stores, never. */
export type FolderVerdict = 'enter' | 'never' | 'default' | 'secret';

/** `siblings` are the names in the folder that holds the one called `name`. */
export function judgeFolder(name: string, siblings: ReadonlySet<string>): FolderVerdict {
  const lower = name.toLowerCase();
  if (secretFolders.has(lower)) return 'secret';
  if (neverEntered.has(lower) || /\.egg-info$|\.xcassets$/.test(lower)) return 'never';
  if (leftByDefault.has(lower)) return 'default';
  const projectFiles = outputsBeside.get(lower);
  return projectFiles !== undefined && [...siblings].some(file => projectFiles.test(file))
    ? 'default'
    : 'enter';
}

const secretFolders = new Set(
  '.aws .azure .gcloud .gnupg .kube .ssh .docker .password-store .vault .gem .oci'.split(' '),
);

const neverEntered = new Set(
  (
    '.git .hg .svn .jj .bzr cvs node_modules bower_components jspm_packages .yarn .pnpm-store .npm ' +
    '__pycache__ .venv venv .env .tox .nox .eggs site-packages .mypy_cache .pytest_cache .ruff_cache .hypothesis ' +
    '.ipynb_checkpoints .gradle .m2 .ivy2 .idea .vs .metals .bloop .history .vscode-test .vscode-server .cache ' +
    '.parcel-cache .turbo .next .nuxt .svelte-kit .angular .astro .docusaurus .expo .serverless .terraform .pulumi ' +
    '.dart_tool .bundle .stack-work dist-newstyle elm-stuff .elixir_ls _opam .zig-cache zig-cache .build deriveddata ' +
    '.nyc_output __snapshots__ .trash .trash-1000'
  ).split(' '),
);

const leftByDefault = new Set(
  'vendor third_party third-party thirdparty external_libs pods carthage dist coverage htmlcov zig-out _build'.split(
    ' ',
  ),
);

/** Names that are outputs in one tool's projects and sources in others': the project file beside them tells. */
const outputsBeside = new Map<string, RegExp>([
  ['target', /^(?:Cargo\.toml|pom\.xml|build\.sbt|project\.clj|build\.sc)$/],
  [
    'build',
    /^(?:(?:build|settings)\.gradle(?:\.kts)?|CMakeLists\.txt|setup\.py|pyproject\.toml|pubspec\.yaml|meson\.build)$/,
  ],
  ['out', /^(?:tsconfig\.json|foundry\.toml|next\.config\.\w+|CMakeLists\.txt)$/],
  ['bin', /\.(?:cs|fs|vb)proj$/],
  ['obj', /\.(?:cs|fs|vb|vcx)proj$/],
  ['deps', /^(?:mix\.exs|rebar\.config)$/],
]);
