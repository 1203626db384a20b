// An error whose message is written for the user: it names the file or setting it speaks of and says what to do.
// Whatever catches it shows the message as it is; other errors are faults, for the log.

export class UserError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UserError';
  }
}
