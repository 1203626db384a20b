// What a long command is doing, in one line of a terminal that the result takes the place of.

/** Shows it on a terminal; elsewhere nothing. */
export function showProgress(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${what}`);
}

export function hideProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
}
