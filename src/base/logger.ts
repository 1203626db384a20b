// The logger interface of every layer. The editor backs it with a LogOutputChannel, the command line with
// standard error, tests with an array.

export interface Logger {
  trace(message: string): void;
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

export const silentLogger: Logger = {
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** The message of whatever was thrown, with the messages of its causes, one line. */
export function errorMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : ` (caused by: ${errorMessage(error.cause)})`;
  return `${error.message}${cause}`;
}
