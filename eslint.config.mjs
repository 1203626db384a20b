import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'models/bundled/', 'test/fixtures/', 'test/output/', '.cache/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Numbers and booleans read well in messages; objects do not, and stay forbidden.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-empty': ['error', { allowEmptyCatch: false }],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: { complexity: ['error', 15], 'max-lines-per-function': ['error', 60] },
  },
  // Tables of cases, one a line: splitting them would hide that the cases exclude each other.
  {
    files: [
      'src/complete/{blockSteps,context,draft,ending,overlap,punctuation,scanner}.ts',
      'src/corpus/{decodeText,glob,ignoreRules}.ts',
      'src/corpus/secrets/assigned.ts',
      'src/corpus/secrets/gitleaks/translate.ts',
      'src/chat/answers/{answer,lookUp,overview}.ts',
      'src/chat/writing/writtenEnd.ts',
      'src/editor/chat/participantAnswer.ts',
      'src/model/config.ts',
      'src/pages/chat/conversation.ts',
      'src/tokenizer/linearPattern.ts',
      'src/webview/chat/composer.ts',
      'src/worker/client/lifecycle.ts',
    ],
    rules: { complexity: ['error', 32] },
  },
  // Inner loops over typed arrays: a call in them costs time that was measured.
  {
    files: [
      'src/chat/chunks/chunkBySyntax.ts',
      'src/chat/search/{rank,relations,searchIndex}.ts',
      'src/evaluate/typing.ts',
      'src/infer/{levels,refinement}.ts',
      'src/memory/{contextSort,segment,store}.ts',
      'src/train/trainer.ts',
    ],
    rules: { complexity: ['error', 22] },
  },
  // One thing after another, without branches: what is put together, shown or measured.
  {
    files: [
      'src/chat/answers/answer.ts',
      'src/cli/bench{Memory,Training,Typing,WhileTraining}.ts',
      'src/editor/statusBar.ts',
      'src/editor/training/{training,trainingCommands}.ts',
      'src/webview/chat/composer.ts',
      'src/webview/training/listView.ts',
      'src/worker/client/engineWebWorker.ts',
      'src/worker/training/trainingJob.ts',
    ],
    rules: { 'max-lines-per-function': ['error', 130] },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: { console: 'readonly', process: 'readonly', URL: 'readonly' } },
  },
);
