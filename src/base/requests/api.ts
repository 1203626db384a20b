// Typed requests between two threads or processes. An API is a table of methods with a schema for each direction, declared
// once and shared by both sides: `connect` turns it into calls, `serve` answers them.

import type * as v from 'valibot';
import type { CancellationToken } from '../cancellation.ts';

type Schema = v.GenericSchema;

export interface MethodOptions<Out> {
  /** Longest silence of the other side before a call rejects, in milliseconds. Unlimited by default. */
  readonly timeoutMs?: number;
  /** Buffers of an answer that move to the other side instead of being copied. None by default. */
  readonly transfer?: (output: Out) => readonly ArrayBuffer[];
}

interface RequestMethod<In extends Schema, Out extends Schema> {
  readonly kind: 'request';
  readonly input: In;
  readonly output: Out;
  readonly options: MethodOptions<v.InferInput<Out>>;
}

interface StreamMethod<In extends Schema, Item extends Schema> {
  readonly kind: 'stream';
  readonly input: In;
  readonly output: Item;
  readonly options: MethodOptions<v.InferInput<Item>>;
}

interface EventMethod<In extends Schema> {
  readonly kind: 'event';
  readonly input: In;
}

/** A method that is answered exactly once. */
export function request<In extends Schema, Out extends Schema>(
  input: In,
  output: Out,
  options: MethodOptions<v.InferInput<Out>> = {},
): RequestMethod<In, Out> {
  return { kind: 'request', input, output, options };
}

/** A method that is answered by any number of items. They are sent as they come, however slowly the caller reads. */
export function stream<In extends Schema, Item extends Schema>(
  input: In,
  item: Item,
  options: MethodOptions<v.InferInput<Item>> = {},
): StreamMethod<In, Item> {
  return { kind: 'stream', input, output: item, options };
}

/** A method that is not answered. */
export function event<In extends Schema>(input: In): EventMethod<In> {
  return { kind: 'event', input };
}

export interface AnyMethod {
  readonly kind: 'request' | 'stream' | 'event';
  readonly input: Schema;
  readonly output?: Schema;
  // Method syntax, so that a transfer of one answer type is accepted where any is.
  readonly options?: { readonly timeoutMs?: number; transfer?(output: unknown): readonly ArrayBuffer[] };
}

export interface Api {
  /** Tells the APIs that share a port apart. */
  readonly name: string;
  readonly methods: Readonly<Record<string, AnyMethod>>;
}

/** Gives a table of methods its name. */
export function defineApi<M extends Api['methods']>(name: string, methods: M): { name: string; methods: M } {
  return { name, methods };
}

/** The calling side of an API. */
export type Calls<A extends Api> = { readonly [K in keyof A['methods']]: Call<A['methods'][K]> };

type Call<M> =
  M extends RequestMethod<infer In, infer Out>
    ? (input: Given<v.InferInput<In>>, token?: CancellationToken) => Promise<v.InferOutput<Out>>
    : M extends StreamMethod<infer In, infer Item>
      ? (
          input: Given<v.InferInput<In>>,
          token?: CancellationToken,
        ) => AsyncGenerator<v.InferOutput<Item>, void>
      : M extends EventMethod<infer In>
        ? (input: Given<v.InferInput<In>>) => void
        : never;

/** The answering side of an API: one handler for each method. */
export type Handlers<A extends Api> = { readonly [K in keyof A['methods']]: Handler<A['methods'][K]> };

type Handler<M> =
  M extends RequestMethod<infer In, infer Out>
    ? (input: v.InferOutput<In>, token: CancellationToken) => Answer<Given<v.InferInput<Out>>>
    : M extends StreamMethod<infer In, infer Item>
      ? (input: v.InferOutput<In>, token: CancellationToken) => AsyncIterable<Given<v.InferInput<Item>>>
      : M extends EventMethod<infer In>
        ? (input: v.InferOutput<In>) => void | Promise<void>
        : never;

type Answer<T> = T | Promise<T>;

/** A value as a side may give it: it is copied on its way, so that nothing of it need be mutable. */
type Given<T> = T extends readonly (infer Item)[]
  ? readonly Given<Item>[]
  : T extends ArrayBufferView | ArrayBuffer
    ? T
    : T extends object
      ? { readonly [K in keyof T]: Given<T[K]> }
      : T;
