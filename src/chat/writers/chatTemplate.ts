// A model's own template for conversations (Jinja, as Hugging Face keeps it in tokenizer_config.json or
// chat_template.jinja), rendered so that what the messages say can never become one of its special tokens.

import * as v from 'valibot';
import { errorMessage } from '../../base/logger.ts';
import type { Tokenizer } from '../../tokenizer/tokenizer.ts';
import { BoundedTemplate } from './boundedTemplate.ts';
import type { PromptMessage } from './writer.ts';

const token = v.nullish(v.union([v.string(), v.looseObject({ content: v.string() })]));
const configSchema = v.looseObject({
  chat_template: v.nullish(
    v.union([v.string(), v.array(v.object({ name: v.string(), template: v.string() }))]),
  ),
  bos_token: token,
  eos_token: token,
});

/** A character that stands for a message's text while the template is rendered; for private use. */
const firstMark = 0xf0000;

export class ChatTemplate {
  private readonly template: BoundedTemplate;
  private readonly variables: Readonly<Record<string, unknown>>;
  private readonly folder: string;

  /** `file` is the text of chat_template.jinja, where there is one. Throws an Error for the user. */
  constructor(folder: string, tokenizerConfig: object, file: string | undefined) {
    const parsed = v.safeParse(configSchema, tokenizerConfig);
    if (!parsed.success)
      throw new Error(
        `${folder}/tokenizer_config.json: ${v.getDotPath(parsed.issues[0]) ?? 'it'} is not as it should be`,
      );
    const { chat_template: own, bos_token, eos_token } = parsed.output;
    const named = Array.isArray(own) ? (own.find(({ name }) => name === 'default') ?? own[0])?.template : own;
    const source = file ?? named;
    if (source == null)
      throw new Error(
        `${folder} has no chat template, so it is no model to talk to; choose the folder of an instruct model`,
      );
    this.folder = folder;
    this.variables = {
      bos_token: textOf(bos_token),
      eos_token: textOf(eos_token),
      add_generation_prompt: true,
      // Qwen3: answer without thinking aloud first.
      enable_thinking: false,
    };
    this.template = this.reported(() => new BoundedTemplate(source));
  }

  /** The tokens of a conversation, up to where the model's answer begins. Throws an Error for the user. */
  encode(messages: readonly PromptMessage[], tokenizer: Tokenizer): readonly number[] {
    const contents = messages.map(({ content }) => content);
    return this.render(messages)
      .split(/(\p{Co})/u)
      .flatMap(part => {
        const content = contents[(part.codePointAt(0) ?? 0) - firstMark];
        return content === undefined ? tokenizer.encodeTemplate(part) : tokenizer.encode(content);
      });
  }

  private render(messages: readonly PromptMessage[]): string {
    const marked = messages.map(({ role }, index) => ({
      role,
      content: String.fromCodePoint(firstMark + index),
    }));
    const render = (these: typeof marked): string =>
      this.template.render({ ...this.variables, messages: these });
    return this.reported(() => {
      try {
        return render(marked);
      } catch (error) {
        // Some templates refuse a system message: what it says then opens the user's.
        if (marked.length < 2) throw error;
        return render([{ role: 'user', content: marked.map(each => each.content).join('\n\n') }]);
      }
    });
  }

  private reported<T>(work: () => T): T {
    try {
      return work();
    } catch (cause) {
      throw new Error(`the chat template of ${this.folder} cannot be used: ${errorMessage(cause)}`, {
        cause,
      });
    }
  }
}

function textOf(value: v.InferOutput<typeof token>): string {
  return typeof value === 'string' ? value : (value?.content ?? '');
}
