// Renders a model folder's chat template within a budget: Jinja has loops, and the folder may come from anybody. A template
// of a real model takes some hundred steps for a conversation.

import { Environment, Interpreter, parse, tokenize } from '@huggingface/jinja';

/** Statements and expressions evaluated, and numbers of ranges made, in one rendering. */
const maxSteps = 200_000;
/** UTF-16 code units of any text that is made; doubling a text takes few steps. */
const maxChars = 1_000_000;

type Evaluate = Interpreter['evaluate'];

class BoundedInterpreter extends Interpreter {
  private steps = 0;

  spend(steps: number): void {
    this.steps += steps;
    if (this.steps > maxSteps) throw new Error('it does not come to an end');
  }

  override evaluate(...[statement, environment]: Parameters<Evaluate>): ReturnType<Evaluate> {
    this.spend(1);
    const result = super.evaluate(statement, environment);
    if (typeof result.value === 'string' && result.value.length > maxChars)
      throw new Error('it makes a text without end');
    return result;
  }
}

/** A template that is parsed once. Both throw an Error for what is wrong with it. */
export class BoundedTemplate {
  private readonly program: ReturnType<typeof parse>;

  constructor(source: string) {
    this.program = parse(tokenize(source, { lstrip_blocks: true, trim_blocks: true }));
  }

  render(variables: Readonly<Record<string, unknown>>): string {
    const environment = new Environment();
    const interpreter = new BoundedInterpreter(environment);
    const range = (start: number, stop?: number, step = 1): number[] => {
      const [from, to] = typeof stop === 'number' ? [start, stop] : [0, start];
      const count = Math.max(0, Math.ceil((to - from) / step));
      if (!Number.isFinite(count)) throw new Error('a range of it does not come to an end');
      interpreter.spend(count);
      return Array.from({ length: count }, (_, at) => from + at * step);
    };
    const raise = (message: unknown): never => {
      throw new Error(String(message));
    };
    const constants = { true: true, false: false, none: null, True: true, False: false, None: null };
    const functions = { range, raise_exception: raise, strftime_now: dateText };
    for (const [name, value] of Object.entries({ ...constants, ...functions, ...variables }))
      environment.set(name, value);
    const { value } = interpreter.run(this.program);
    return typeof value === 'string' ? value : '';
  }
}

/** Today in the codes that templates use: `%d %b %Y`, `%Y-%m-%d`. */
function dateText(format: string): string {
  const now = new Date();
  const named = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat('en-US', options).format(now);
  const two = (value: number): string => String(value).padStart(2, '0');
  const codes: Readonly<Record<string, () => string>> = {
    Y: () => String(now.getFullYear()),
    m: () => two(now.getMonth() + 1),
    d: () => two(now.getDate()),
    H: () => two(now.getHours()),
    M: () => two(now.getMinutes()),
    S: () => two(now.getSeconds()),
    b: () => named({ month: 'short' }),
    B: () => named({ month: 'long' }),
    a: () => named({ weekday: 'short' }),
    A: () => named({ weekday: 'long' }),
  };
  return format.replace(/%([a-zA-Z])/g, (whole, code: string) => codes[code]?.() ?? whole);
}
