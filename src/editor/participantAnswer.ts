// An answer's events as VS Code's own chat shows them: Markdown, code that streams in a fence, places as anchors and
// references.

import type { ChatResponseStream, ChatResult } from 'vscode';
import { Location, Position, Range } from 'vscode';
import type { ChatEvent, Citation } from '../chat/types.ts';
import { authorText } from './chatMarkdown.ts';
import { fileOf } from './chatPlaces.ts';

/** Longer than any run of backticks that code has a right to. */
const fence = '``````';

export class ParticipantAnswer {
  private readonly stream: ChatResponseStream;
  private isCodeOpen = false;
  private failure: string | undefined;
  private symbol: string | undefined;

  constructor(stream: ChatResponseStream) {
    this.stream = stream;
  }

  add(event: ChatEvent): void {
    if (event.kind !== 'token') this.closeCode();
    switch (event.kind) {
      case 'author':
        this.stream.markdown(`_${authorText(event.author)}_\n\n`);
        return;
      case 'progress':
        this.stream.progress(event.text);
        return;
      case 'markdown':
        this.stream.markdown(event.text);
        return;
      case 'snippet':
        this.snippet(event.citation);
        return;
      case 'code':
        this.stream.markdown(`\n\n${fence}${event.languageId}\n`);
        this.isCodeOpen = true;
        return;
      case 'token':
        this.stream.markdown(event.text);
        return;
      case 'declined':
        this.stream.markdown(`${event.text}\n\n`);
        event.nearest.forEach(citation => {
          this.stream.markdown('- ');
          this.anchor(citation);
          this.stream.markdown('\n');
        });
        return;
      case 'done':
        this.symbol = event.citations.find(({ symbol }) => symbol !== undefined)?.symbol;
        return;
      case 'stopped':
        return;
      case 'failed':
        this.failure = event.message;
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
    this.stream.markdown(`\n\n${fence}${citation.languageId}\n${citation.text}\n${fence}\n\n`);
    const location = locationOf(citation);
    if (location !== undefined) this.stream.reference(location);
  }

  private anchor(citation: Citation): void {
    const location = locationOf(citation);
    const { path, line, endLine } = citation;
    const label = endLine > line ? `${path}:${line}-${endLine}` : `${path}:${line}`;
    if (location === undefined) this.stream.markdown(`\`${label}\``);
    else this.stream.anchor(location, label);
  }

  private closeCode(): void {
    if (!this.isCodeOpen) return;
    this.isCodeOpen = false;
    this.stream.markdown(`\n${fence}\n\n`);
  }
}

function locationOf({ path, line, endLine }: Citation): Location | undefined {
  const uri = fileOf(path);
  if (uri === undefined) return undefined;
  return new Location(uri, new Range(new Position(line - 1, 0), new Position(endLine, 0)));
}
