// VS Code's tasks in memory: a task that is executed opens its terminal, whose lines are kept.

interface Pty {
  onDidWrite(listener: (text: string) => void): unknown;
  onDidClose?(listener: (code: number) => void): unknown;
  open(dimensions: unknown): void;
  close(): void;
  handleInput?(data: string): void;
}

interface Definition {
  readonly type: string;
}

interface Provider {
  provideTasks(): FakeTask[];
  resolveTask(task: FakeTask): FakeTask | undefined;
}

class CustomExecution {
  readonly callback: (definition: Definition) => Promise<Pty>;

  constructor(callback: (definition: Definition) => Promise<Pty>) {
    this.callback = callback;
  }
}

export class FakeTask {
  readonly definition: Definition;
  readonly scope: unknown;
  readonly name: string;
  readonly source: string;
  readonly execution: CustomExecution;

  constructor(
    definition: Definition,
    scope: unknown,
    name: string,
    source: string,
    execution: CustomExecution,
  ) {
    this.definition = definition;
    this.scope = scope;
    this.name = name;
    this.source = source;
    this.execution = execution;
  }
}

interface FakeTerminal {
  readonly name: string;
  text: string;
  exitCode: number | undefined;
  type(data: string): void;
  close(): void;
}

export function fakeTasks(owned: (name: string) => { dispose(): void }) {
  const terminals: FakeTerminal[] = [];
  const providers = new Map<string, Provider>();

  async function executeTask({ name, definition, execution }: FakeTask): Promise<void> {
    const pty = await execution.callback(definition);
    const terminal: FakeTerminal = {
      ...{ name, text: '', exitCode: undefined },
      type: data => pty.handleInput?.(data),
      close: () => {
        pty.close();
      },
    };
    terminals.push(terminal);
    pty.onDidWrite(text => (terminal.text += text));
    pty.onDidClose?.(code => (terminal.exitCode = code));
    pty.open({ columns: 100, rows: 10 });
  }

  const api = {
    CustomExecution,
    Task: FakeTask,
    TaskScope: { Workspace: 2 },
    TaskPanelKind: { Dedicated: 2 },
    TaskRevealKind: { Silent: 2 },
    tasks: {
      executeTask,
      registerTaskProvider(type: string, provider: Provider) {
        providers.set(type, provider);
        return owned(`tasks ${type}`);
      },
    },
  };
  return { api, terminals, providers };
}
