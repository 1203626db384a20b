// The typed settings. A wrong value never stops the extension: it is told once and the default is used. Defaults
// are those of package.json; a test compares the two.

import * as v from 'valibot';
import type { Disposable } from '../../base/disposable.ts';
import { Emitter } from '../../base/event.ts';
import { addressOf } from '../../chat/model/address.ts';
import { suggestionDefaults } from '../../complete/suggestionDefaults.ts';
import { deviceSettings } from '../../runtime/deviceChoice.ts';

/** Of a training: a week. */
export const mostMinutes = 7 * 24 * 60;

const schemas = {
  enable: v.boolean('must be true or false'),
  languages: v.record(v.string(), v.boolean('must be true or false'), 'must be an object'),
  showThreshold: number(0, 1),
  maxTokens: wholeNumber(1, 256),
  alternatives: wholeNumber(1, 10),
  multiLine: v.boolean('must be true or false'),
  threads: wholeNumber(0, 64),
  device: v.picklist(deviceSettings, 'must be "auto", "wasm" or "webgpu"'),
  'memory.enable': v.boolean('must be true or false'),
  'memory.maxMegabytes': wholeNumber(1, 500),
  'training.minutes': minutes(),
  'training.threads': wholeNumber(0, 64),
  'training.pauseOnBattery': v.boolean('must be true or false'),
  'training.pauseWhenBusy': v.boolean('must be true or false'),
  'training.resume': v.picklist(['ask', 'always', 'never'], 'must be "ask", "always" or "never"'),
  modelFolder: folder(),
  'chat.modelFolder': folder(),
  'chat.endpoint': v.pipe(
    v.string('must be a text'),
    v.trim(),
    v.check(
      text => text === '' || addressOf(text) !== undefined,
      'must be an address such as http://127.0.0.1:11434/v1',
    ),
  ),
  'chat.endpointModel': v.pipe(v.string('must be a text'), v.trim()),
};

export type SettingKey = keyof typeof schemas;
export type Settings = { readonly [K in SettingKey]: v.InferOutput<(typeof schemas)[K]> };

export const defaultSettings: Settings = {
  enable: true,
  ...suggestionDefaults,
  threads: 0,
  device: 'auto',
  'memory.enable': true,
  'memory.maxMegabytes': 30,
  'training.minutes': 10,
  'training.threads': 0,
  'training.pauseOnBattery': true,
  'training.pauseWhenBusy': true,
  'training.resume': 'ask',
  modelFolder: '',
  'chat.modelFolder': '',
  'chat.endpoint': '',
  'chat.endpointModel': '',
};

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
  const parse = <K extends SettingKey>(key: K): Settings[K] => {
    const value = read(key);
    if (value === undefined) return defaultSettings[key];
    const parsed = v.safeParse<v.GenericSchema<unknown, Settings[K]>>(schemas[key] as never, value);
    if (parsed.success) return parsed.output;
    const [issue] = parsed.issues;
    const setting = `tinymemory.${key}`;
    const at = v.getDotPath(issue);
    const message = `${setting}${at === null ? '' : `: "${at}"`} ${issue.message}; the default is used.`;
    problems.push({ setting, message });
    return defaultSettings[key];
  };
  const settings: Settings = {
    enable: parse('enable'),
    languages: parse('languages'),
    showThreshold: parse('showThreshold'),
    maxTokens: parse('maxTokens'),
    alternatives: parse('alternatives'),
    multiLine: parse('multiLine'),
    threads: parse('threads'),
    device: parse('device'),
    'memory.enable': parse('memory.enable'),
    'memory.maxMegabytes': parse('memory.maxMegabytes'),
    'training.minutes': parse('training.minutes'),
    'training.threads': parse('training.threads'),
    'training.pauseOnBattery': parse('training.pauseOnBattery'),
    'training.pauseWhenBusy': parse('training.pauseWhenBusy'),
    'training.resume': parse('training.resume'),
    modelFolder: parse('modelFolder'),
    'chat.modelFolder': parse('chat.modelFolder'),
    'chat.endpoint': parse('chat.endpoint'),
    'chat.endpointModel': parse('chat.endpointModel'),
  };
  return { settings, problems };
}

/** Where settings come from: VS Code's configuration, or a test. */
export interface SettingsSource {
  read(key: SettingKey): unknown;
  onDidChange(listener: () => void): Disposable;
}

/** The current settings, parsed once per change. Each problem is told once, until it was fixed. */
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

function number(min: number, max: number) {
  const message = `must be a number from ${min} to ${max}`;
  return v.pipe(v.number(message), v.minValue(min, message), v.maxValue(max, message));
}

function folder() {
  return v.pipe(
    v.string('must be a text'),
    v.trim(),
    v.regex(/^($|[/\\]|~[/\\]|[a-zA-Z]:[/\\])/, 'must be an absolute path'),
  );
}

function minutes() {
  return number(0.1, mostMinutes);
}

function wholeNumber(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return v.pipe(v.number(message), v.integer(message), v.minValue(min, message), v.maxValue(max, message));
}
