// The list of calls by which JavaScript in Node can open a socket, ask for a name or start a process, and for each
// a probe: a call that would reach nothing but this machine, were it not trapped.

/** A function that a trap replaces. */
export interface PatchableFunction {
  readonly api: string;
  readonly owner: object;
  readonly key: string;
}

/** A call that the trap of `api` must stop. */
export interface Probe {
  readonly api: string;
  readonly call: () => unknown;
}

const dnsFunctions = [
  'lookup',
  'lookupService',
  'resolve',
  'resolve4',
  'resolve6',
  'resolveAny',
  'reverse',
] as const;
const globals = ['fetch', 'WebSocket', 'EventSource'] as const;

/**
 * Everything to trap in this thread. The modules are Node's own: VS Code hands extensions altered copies of some,
 * which call these in the end.
 */
export function patchableFunctions(): PatchableFunction[] {
  const net = process.getBuiltinModule('node:net');
  const dgram = process.getBuiltinModule('node:dgram');
  const dns = process.getBuiltinModule('node:dns');
  const childProcess = process.getBuiltinModule('node:child_process');
  const trapsOf = (name: string, owner: object, keys: readonly string[]) =>
    keys.map(key => ({ api: `${name}.${key}`, owner, key }));
  return [
    ...trapsOf('net.Socket.prototype', net.Socket.prototype, ['connect']),
    ...trapsOf('net.Server.prototype', net.Server.prototype, ['listen']),
    ...trapsOf('net', net, ['connect', 'createConnection']),
    ...trapsOf('tls', process.getBuiltinModule('node:tls'), ['connect']),
    ...trapsOf('http', process.getBuiltinModule('node:http'), ['request', 'get']),
    ...trapsOf('https', process.getBuiltinModule('node:https'), ['request', 'get']),
    ...trapsOf('http2', process.getBuiltinModule('node:http2'), ['connect']),
    ...trapsOf('dgram', dgram, ['createSocket']),
    ...trapsOf('dgram.Socket.prototype', dgram.Socket.prototype, ['send', 'bind', 'connect']),
    ...trapsOf('dns', dns, dnsFunctions),
    ...trapsOf('dns.promises', dns.promises, dnsFunctions),
    ...trapsOf('dns.Resolver.prototype', dns.Resolver.prototype, ['resolve4', 'resolve6']),
    ...trapsOf('child_process', childProcess, [
      'spawn',
      'fork',
      'exec',
      'execFile',
      'spawnSync',
      'execSync',
      'execFileSync',
    ]),
    ...trapsOf('child_process.ChildProcess.prototype', childProcess.ChildProcess.prototype, ['spawn']),
    ...trapsOf(
      'globalThis',
      globalThis,
      globals.filter(name => name in globalThis),
    ),
  ];
}

/** One probe for each of `patchableFunctions`. Port 9 of this machine is where they would go. */
export function probes(): Probe[] {
  const target = { host: '127.0.0.1', port: 9 };
  const url = 'http://127.0.0.1:9/';
  const fixedArguments: Readonly<Record<string, readonly unknown[]>> = {
    'net.Server.prototype.listen': [0, '127.0.0.1'],
    'dgram.createSocket': ['udp4'],
    'dgram.Socket.prototype.send': ['x', 9, '127.0.0.1'],
    'dgram.Socket.prototype.bind': [0, '127.0.0.1'],
    'dgram.Socket.prototype.connect': [9, '127.0.0.1'],
    'globalThis.WebSocket': ['ws://127.0.0.1:9/'],
    'http2.connect': [url],
  };
  return patchableFunctions().map(({ api, owner, key }) => ({
    api,
    call: () => {
      const trapped: unknown = Reflect.get(owner, key);
      if (typeof trapped !== 'function') throw new Error(`${api} is no function`);
      const args =
        fixedArguments[api] ??
        (/^(https?|globalThis)\./.test(api) ? [url] : /^(dns|child)/.test(api) ? ['localhost'] : [target]);
      if (/WebSocket|EventSource/.test(api)) return Reflect.construct(trapped, args) as unknown;
      return Reflect.apply(trapped as (...args: unknown[]) => unknown, owner, args);
    },
  }));
}
