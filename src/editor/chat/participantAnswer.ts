// An answer's events as VS Code's own chat shows them: Markdown, code that streams in a fence, places as anchors and
// references.

import type { ChatResponseStream, ChatResult } from 'vscode';
import { Location, Position, Range } from 'vscode';
import { codeSpan, escapedText, fenced, FencedStream, withFencesClosed } from '../../base/markdownText.ts';
import { placeText } from '../../chat/model/placeText.ts';
import type { ChatEvent, Citation } from '../../chat/model/types.ts';
import { authorText } from './chatMarkdown.ts';
import { cureCommand } from './cureCommands.ts';
import { fileOf } from '../webviews/chatPlaces.ts';

export class ParticipantAnswer {
  private readonly stream: ChatResponseStream;
  private code: FencedStream | undefined;
  /** Prose since the last part that was none: its block of code may be left open. */
  private prose = '';
  private failure: string | undefined;
  private symbol: string | undefined;

  constructor(stream: ChatResponseStream) {
    this.stream = stream;
  }

  add(event: ChatEvent): void {
    if (event.kind !== 'token') this.closeCode();
    if (event.kind !== 'markdown') this.closeProse();
    switch (event.kind) {
      case 'author':
        this.stream.markdown(`_${authorText(event.author)}_\n\n`);
        return;
      case 'progress':
        this.stream.progress(event.text);
        return;
      case 'markdown':
        this.prose += event.text;
        this.stream.markdown(event.text);
        return;
      case 'snippet':
        this.snippet(event.citation);
        return;
      case 'code':
        this.openCode(event.languageId);
        return;
      case 'token':
        this.say((this.code ?? this.openCode('plaintext')).add(event.text));
        return;
      case 'declined':
        this.stream.markdown(`${event.text}\n\n`);
        event.nearest.forEach(citation => {
          this.stream.markdown('- ');
          this.anchor(citation);
          this.stream.markdown('\n');
        });
        if (event.cure !== undefined) this.stream.button(cureCommand(event.cure));
        return;
      case 'done':
        this.symbol = event.citations.find(({ symbol }) => symbol !== undefined)?.symbol;
        return;
      case 'stopped':
        return;
      case 'failed':
        // VS Code renders it as Markdown, and it may quote what an endpoint sent.
        this.failure = escapedText(event.message);
        return;
      default:
        event satisfies never;
    }
  }

  /** What the host is to know at the end. */
  result(): ChatResult {
    if (this.failure !== undefined) return { errorDetails: { message: this.failure } };
    return this.symbol === undefined ? {} : { metadata: { symbol: this.symbol } };
  }

  private snippet(citation: Citation): void {
    this.stream.markdown('\n\n');
    this.anchor(citation);
    this.stream.markdown(`\n\n${fenced(citation.text, citation.languageId)}\n\n`);
    const location = locationOf(citation);
    if (location !== undefined) this.stream.reference(location);
  }

  private anchor(citation: Citation): void {
    const location = locationOf(citation);
    const label = placeText(citation);
    if (location === undefined) this.stream.markdown(codeSpan(label));
    else this.stream.anchor(location, label);
  }

  private closeCode(): void {
    if (this.code === undefined) return;
    this.say(this.code.close());
    this.code = undefined;
  }

  private openCode(languageId: string): FencedStream {
    this.code = new FencedStream(languageId);
    this.say(this.code.open());
    return this.code;
  }

  private closeProse(): void {
    this.say(withFencesClosed(this.prose).slice(this.prose.length));
    this.prose = '';
  }

  private say(markdown: string): void {
    if (markdown !== '') this.stream.markdown(markdown);
  }
}

function locationOf({ path, line, endLine }: Citation): Location | undefined {
  const uri = fileOf(path);
  if (uri === undefined) return undefined;
  return new Location(uri, new Range(new Position(line - 1, 0), new Position(endLine, 0)));
}
