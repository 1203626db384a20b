// An endpoint that speaks OpenAI's chat completions as the writer of answers: the one place of the product that opens a
// socket, and only to the address that the user typed.

import * as v from 'valibot';
import type { CancellationToken } from '../base/cancellation.ts';
import { CancellationError, throwIfCancelled } from '../base/cancellation.ts';
import { errorMessage } from '../base/logger.ts';
import { addressOf } from './address.ts';
import { serverSentData } from './serverSentData.ts';
import type { AnswerWriter, PromptMessage } from './writer.ts';

export interface Endpoint {
  /** Up to `/v1`, or the whole address of its chat completions. */
  readonly url: string;
  readonly model: string;
  /** Sent as a bearer token; null where there is none. */
  readonly key: string | null;
}

/** Asks an endpoint and gives what it says as it comes. Throws an Error for the user, or a CancellationError. */
export type AskEndpoint = (
  endpoint: Endpoint,
  messages: readonly PromptMessage[],
  cancellation: CancellationToken,
) => AsyncIterable<string>;

export const askEndpoint: AskEndpoint = (endpoint, messages, cancellation) =>
  endpointWriter(endpoint).write(messages, cancellation);

/** UTF-16 code units of a prompt, and of an answer, at most. */
const mostPromptChars = 24_000;
const mostAnswerChars = 200_000;
/** How long the endpoint may be silent, before the first piece and between pieces. */
const patienceMs = 60_000;
/** Why a request was ended that nobody cancelled. */
const silence = 'silence';

/** `silenceMs` is for tests. */
export function endpointWriter(endpoint: Endpoint, silenceMs = patienceMs): AnswerWriter {
  const address = completionsAddress(endpoint.url);
  const { host } = address;
  return {
    author: { kind: 'endpoint', name: `${endpoint.model} at ${host}` },
    progress: `Asked ${host}: the question and the places above were sent there`,
    fits: messages => messages.reduce((sum, { content }) => sum + content.length, 0) <= mostPromptChars,
    async *write(messages, cancellation) {
      const abort = new AbortController();
      const subscription = cancellation.onCancellationRequested(() => {
        abort.abort();
      });
      let timer: ReturnType<typeof setTimeout> | undefined;
      const wait = (): void => {
        clearTimeout(timer);
        timer = setTimeout(() => {
          abort.abort(silence);
        }, silenceMs);
      };
      try {
        throwIfCancelled(cancellation);
        wait();
        const response = await request(address, endpoint, messages, abort.signal);
        let chars = 0;
        for await (const text of piecesOf(response, host)) {
          wait();
          chars += text.length;
          if (chars > mostAnswerChars) throw new Error(`${host} does not stop writing; it was cut off`);
          yield text;
        }
      } catch (error) {
        if (cancellation.isCancellationRequested) throw new CancellationError();
        if (abort.signal.reason === silence) {
          const problem = `${host} said nothing for ${silenceMs / 1000} seconds`;
          throw new Error(`${problem}; ask again, or try another endpoint`, { cause: error });
        }
        throw error;
      } finally {
        clearTimeout(timer);
        subscription.dispose();
        abort.abort();
      }
    },
  };
}

/** Throws an Error for the user. */
function completionsAddress(url: string): URL {
  const address = addressOf(url);
  if (address === undefined)
    throw new Error('tinymemory.chat.endpoint is no address such as http://127.0.0.1:11434/v1; correct it');
  if (!address.pathname.endsWith('/chat/completions'))
    address.pathname = `${address.pathname.replace(/\/+$/, '')}/chat/completions`;
  return address;
}

async function request(
  address: URL,
  { model, key }: Endpoint,
  messages: readonly PromptMessage[],
  signal: AbortSignal,
): Promise<Response> {
  const headers: Record<string, string> = { 'content-type': 'application/json', accept: 'text/event-stream' };
  if (key !== null) headers['authorization'] = `Bearer ${key}`;
  let response: Response;
  try {
    response = await fetch(address, {
      method: 'POST',
      headers,
      body: JSON.stringify({ model, messages, stream: true }),
      // Another host was not typed by anybody.
      redirect: 'error',
      signal,
    });
  } catch (error) {
    const cause: unknown = error instanceof Error ? (error.cause ?? error) : error;
    throw new Error(`${address.host} cannot be reached (${errorMessage(cause)}); is it running?`, {
      cause: error,
    });
  }
  if (response.ok) return response;
  throw new Error(await refusal(response, address.host, model));
}

async function refusal(response: Response, host: string, model: string): Promise<string> {
  const text = (await response.text()).slice(0, 300).replace(/\s+/g, ' ').trim();
  const said = text === '' ? '' : ` (${text})`;
  if (response.status === 401 || response.status === 403)
    return `${host} wants another key${said}; run "TinyMemory: Set API Key of the Chat Endpoint"`;
  if (response.status === 404)
    return `${host} knows no such address, or no model ${model}${said}; check tinymemory.chat.endpoint and endpointModel`;
  return `${host} answered ${response.status}${said}; ask again later`;
}

const completionSchema = v.looseObject({
  choices: v.optional(
    v.array(
      v.looseObject({
        delta: v.optional(v.looseObject({ content: v.nullish(v.string()) })),
        message: v.optional(v.looseObject({ content: v.nullish(v.string()) })),
      }),
    ),
  ),
  error: v.optional(v.unknown()),
});

async function* piecesOf(response: Response, host: string): AsyncGenerator<string, void, undefined> {
  if (/\bjson\b/.test(response.headers.get('content-type') ?? '')) {
    yield contentOf(await response.text(), host);
    return;
  }
  if (response.body === null) throw new Error(`${host} sent no answer; ask again`);
  for await (const data of serverSentData(response.body)) {
    if (data === '[DONE]') return;
    const text = contentOf(data, host);
    if (text !== '') yield text;
  }
}

function contentOf(data: string, host: string): string {
  let json: unknown;
  try {
    json = JSON.parse(data);
  } catch {
    // Told below with what came.
  }
  const parsed = v.safeParse(completionSchema, json);
  if (!parsed.success || parsed.output.error !== undefined) {
    const said = data.slice(0, 200).replace(/\s+/g, ' ');
    throw new Error(
      `${host} did not answer as chat completions do (${said}); check tinymemory.chat.endpoint`,
    );
  }
  const [choice] = parsed.output.choices ?? [];
  return choice?.delta?.content ?? choice?.message?.content ?? '';
}
