// An endpoint that speaks OpenAI's chat completions as the writer of answers: the one place of the product that opens a
// socket, and only to the address that the user typed.

import * as v from 'valibot';
import type { CancellationToken } from '../../base/cancellation.ts';
import { CancellationError, throwIfCancelled } from '../../base/cancellation.ts';
import { redact } from '../../corpus/redact.ts';
import { addressOf } from '../model/address.ts';
import { bodyPieces, bodyStart, bodyText } from './boundedBody.ts';
import { serverSentData } from './serverSentData.ts';
import type { AnswerWriter, PromptMessage } from '../writers/writer.ts';

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
const maxPromptChars = 24_000;
const maxAnswerChars = 200_000;
/** Bytes of an answer that streams, each word of it in an envelope; of one that comes whole; of what a refusal says. */
const maxStreamBytes = 64_000_000;
const maxWholeBytes = 2_000_000;
const maxRefusalBytes = 2_000;
/** How long the endpoint may be silent, before the first event and between events. */
const patienceMs = 60_000;
/** Why a request was ended that nobody cancelled. */
const silence = 'silence';

/** `silenceMs` is for tests. */
export function endpointWriter(endpoint: Endpoint, silenceMs = patienceMs): AnswerWriter {
  const address = completionsAddress(endpoint.url);
  const { host } = address;
  return {
    author: { kind: 'endpoint', name: `${endpoint.model} at ${host}` },
    progress: `Asked ${host}: the question and the lines above were sent there`,
    fits: messages => messages.reduce((sum, { content }) => sum + content.length, 0) <= maxPromptChars,
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
        const response = await request(address, endpoint, messages.map(withoutSecrets), abort.signal);
        let chars = 0;
        for await (const text of piecesOf(response, host, abort.signal)) {
          wait();
          chars += text.length;
          if (chars > maxAnswerChars) throw new Error(`${host} does not stop writing; it was cut off`);
          // Models that think first say so in events without text.
          if (text !== '') yield text;
        }
      } catch (error) {
        if (cancellation.isCancellationRequested) throw new CancellationError();
        throw abort.signal.reason === silence ? silent(host, silenceMs) : error;
      } finally {
        clearTimeout(timer);
        subscription.dispose();
        abort.abort();
      }
    },
  };
}

/** The author of the message has filtered it by the paths in it; it passes the filter here once more all the same. */
function withoutSecrets(message: PromptMessage): PromptMessage {
  return { ...message, content: redact(message.content).text };
}

function silent(host: string, silenceMs: number): Error {
  return new Error(
    `${host} said nothing for ${silenceMs / 1000} seconds; ask again, or try another endpoint`,
  );
}

/** Throws an Error for the user. */
function completionsAddress(url: string): URL {
  const address = addressOf(url);
  if (address === undefined)
    throw new Error('tinymemory.chat.endpoint is no address such as http://127.0.0.1:11434/v1; correct it');
  if (!address.pathname.endsWith('/chat/completions'))
    address.pathname = `${address.pathname.replace(/(?<!\/)\/+$/, '')}/chat/completions`;
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
  const sent = fetch(address, {
    method: 'POST',
    headers,
    body: JSON.stringify({ model, messages, stream: true }),
    // Another host was not typed by anybody.
    redirect: 'error',
    signal,
  });
  const response = await untilAborted(sent, signal).catch((error: unknown) => {
    // What fetch itself says is only that it failed.
    const cause: unknown = error instanceof Error ? (error.cause ?? error) : error;
    throw new Error(`${address.host} cannot be reached; is it running?`, { cause });
  });
  if (response.ok) return response;
  throw new Error(await refusal(response, address.host, model, signal));
}

/** Rejects at once when aborted, whatever became of the link from the signal to the request. */
async function untilAborted(response: Promise<Response>, signal: AbortSignal): Promise<Response> {
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => {
      reject(new CancellationError());
      response.then(({ body }) => body?.cancel()).catch(() => undefined);
    };
    signal.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([response, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

async function refusal(
  response: Response,
  host: string,
  model: string,
  signal: AbortSignal,
): Promise<string> {
  const start = await bodyStart(response, signal, maxRefusalBytes);
  const text = start.slice(0, 300).replace(/\s+/g, ' ').trim();
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

/** The text of each event; '' of one without. */
async function* piecesOf(
  response: Response,
  host: string,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const tooLong = (): Error => new Error(`${host} does not stop sending; it was cut off`);
  if (/\bjson\b/.test(response.headers.get('content-type') ?? '')) {
    yield contentOf(await bodyText(response, signal, maxWholeBytes, tooLong), host);
    return;
  }
  if (response.body === null) throw new Error(`${host} sent no answer; ask again`);
  for await (const data of serverSentData(bodyPieces(response, signal, maxStreamBytes, tooLong))) {
    if (data === '[DONE]') return;
    yield contentOf(data, host);
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
