// The typed settings. A wrong value never stops the extension: it is reported once and the default is used. Defaults
// are those of package.json; a test compares the two.

import * as v from 'valibot';
import type { Disposable } from '../../base/disposable.ts';
import { Emitter } from '../../base/event.ts';
import { addressOf } from '../../chat/model/address.ts';
import { suggestionDefaults } from '../../complete/suggestionDefaults.ts';
import { deviceSettings } from '../../runtime/deviceChoice.ts';

/** Of a training: a week. */
export const maxMinutes = 7 * 24 * 60;

/** Every setting once: what a value must be, and the default. */
const table = {
  enable: setting(trueOrFalse(), true),
  languages: setting(v.record(v.string(), trueOrFalse(), 'must be an object'), suggestionDefaults.languages),
  showThreshold: setting(number(0, 1), suggestionDefaults.showThreshold),
  maxTokens: setting(wholeNumber(1, 256), suggestionDefaults.maxTokens),
  alternatives: setting(wholeNumber(1, 10), suggestionDefaults.alternatives),
  multiLine: setting(trueOrFalse(), suggestionDefaults.multiLine),
  threads: setting(wholeNumber(0, 64), 0),
  device: setting(oneOf(deviceSettings), 'auto'),
  'memory.enable': setting(trueOrFalse(), true),
  'memory.maxMegabytes': setting(wholeNumber(1, 500), 30),
  'training.minutes': setting(number(0.1, maxMinutes), 10),
  'training.threads': setting(wholeNumber(0, 64), 0),
  'training.pauseOnBattery': setting(trueOrFalse(), true),
  'training.pauseWhenBusy': setting(trueOrFalse(), true),
  'training.resume': setting(oneOf(['ask', 'always', 'never']), 'ask'),
  modelFolder: setting(folder(), ''),
  'chat.modelFolder': setting(folder(), ''),
  'chat.endpoint': setting(address(), ''),
  'chat.endpointModel': setting(text(), ''),
};

export type SettingKey = keyof typeof table;
export type Settings = { readonly [K in SettingKey]: v.InferOutput<(typeof table)[K]['schema']> };

const keys = Object.keys(table) as SettingKey[];

export const defaultSettings = Object.fromEntries(
  keys.map(key => [key, table[key].default]),
) as unknown as Settings;

export interface SettingProblem {
  /** Full name of the setting. */
  readonly setting: string;
  /** A sentence for the user. */
  readonly message: string;
}

/** Validates every setting; what is wrong becomes a problem and its default. An absent value is no problem. */
export function parseSettings(read: (key: SettingKey) => unknown): {
  settings: Settings;
  problems: readonly SettingProblem[];
} {
  const problems: SettingProblem[] = [];
  const parse = (key: SettingKey): unknown => {
    const value = read(key);
    if (value === undefined) return defaultSettings[key];
    const parsed = v.safeParse(table[key].schema, value);
    if (parsed.success) return parsed.output;
    const [issue] = parsed.issues;
    const name = `tinymemory.${key}`;
    const at = v.getDotPath(issue);
    const message = `${name}${at === null ? '' : `: "${at}"`} ${issue.message}; the default is used.`;
    problems.push({ setting: name, message });
    return defaultSettings[key];
  };
  const settings = Object.fromEntries(keys.map(key => [key, parse(key)])) as unknown as Settings;
  return { settings, problems };
}

/** Where settings come from: VS Code's configuration, or a test. */
export interface SettingsSource {
  read(key: SettingKey): unknown;
  onDidChange(listener: () => void): Disposable;
}

/** The current settings, parsed once per change. Each problem is reported once, until it is fixed. */
export class SettingsStore implements Disposable {
  private readonly source: SettingsSource;
  private readonly tell: (problem: SettingProblem) => void;
  private readonly changes = new Emitter<{ readonly before: Settings; readonly after: Settings }>();
  private readonly subscription: Disposable;
  private told: ReadonlySet<string> = new Set();
  private settings: Settings;

  readonly onDidChange = this.changes.event;

  constructor(source: SettingsSource, tell: (problem: SettingProblem) => void) {
    this.source = source;
    this.tell = tell;
    this.settings = this.load();
    this.subscription = source.onDidChange(() => {
      const before = this.settings;
      this.settings = this.load();
      this.changes.fire({ before, after: this.settings });
    });
  }

  get current(): Settings {
    return this.settings;
  }

  dispose(): void {
    this.subscription.dispose();
    this.changes.dispose();
  }

  private load(): Settings {
    const { settings, problems } = parseSettings(key => this.source.read(key));
    for (const problem of problems) if (!this.told.has(problem.message)) this.tell(problem);
    this.told = new Set(problems.map(({ message }) => message));
    return settings;
  }
}

function setting<S extends v.GenericSchema>(schema: S, initial: v.InferOutput<S>) {
  return { schema, default: initial };
}

function trueOrFalse() {
  return v.boolean('must be true or false');
}

function oneOf<const T extends readonly string[]>(values: T) {
  const quoted = values.map(value => `"${value}"`);
  return v.picklist(values, `must be ${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1) ?? ''}`);
}

function text() {
  return v.pipe(v.string('must be a text'), v.trim());
}

function address() {
  const message = 'must be an address such as http://127.0.0.1:11434/v1';
  return v.pipe(
    text(),
    v.check(value => value === '' || addressOf(value) !== undefined, message),
  );
}

function folder() {
  return v.pipe(text(), v.regex(/^($|[/\\]|~[/\\]|[a-zA-Z]:[/\\])/, 'must be an absolute path'));
}

function number(min: number, max: number) {
  const message = `must be a number from ${min} to ${max}`;
  return v.pipe(v.number(message), v.minValue(min, message), v.maxValue(max, message));
}

function wholeNumber(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return v.pipe(v.number(message), v.integer(message), v.minValue(min, message), v.maxValue(max, message));
}
