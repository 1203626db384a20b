// Messages of an API on the wire, and the short form in which tests of pages write them: `{ kind: METHOD, ...input }`.

import type * as v from 'valibot';
import type { Api } from '../../src/base/requests/api.ts';
import type { AnswerMessage, CallMessage } from '../../src/base/requests/port.ts';

type Fields<T> = T extends object ? T : unknown;
type CallId<M> = M extends { readonly kind: 'request' } ? { readonly id: number } : unknown;

/** What the caller of an API says, in short. */
export type Spoken<A extends Api> = {
  [K in keyof A['methods'] & string]: { readonly kind: K } & CallId<A['methods'][K]> &
    Fields<v.InferInput<A['methods'][K]['input']>>;
}[keyof A['methods'] & string];

/** The wire's form of what the caller says. */
export function onWire(api: Api, { kind, ...fields }: { readonly kind: string }): unknown {
  const { id, ...input } = fields as { readonly id?: number };
  const call = { api: api.name, method: kind, input: Object.keys(fields).length === 0 ? undefined : input };
  return api.methods[kind]?.kind === 'request'
    ? { ...call, kind: 'call', id }
    : { ...call, kind: 'event', input: Object.keys(fields).length === 0 ? undefined : fields };
}

/** The short form of what is on the wire. An answer is `{ kind: 'answer', id, output }`. */
export function offWire(message: unknown): { readonly kind: string } {
  const said = message as CallMessage | AnswerMessage;
  if (said.kind === 'call')
    return { ...(said.input as object), kind: said.method, id: said.id } as { kind: string };
  if (said.kind === 'event') return { ...(said.input as object), kind: said.method };
  return said;
}
