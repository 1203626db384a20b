// VS Code's storage of secrets, in memory.

export function fakeSecrets(values = new Map<string, string>()) {
  return {
    values,
    get: (key: string) => Promise.resolve(values.get(key)),
    store(key: string, value: string) {
      values.set(key, value);
      return Promise.resolve();
    },
    delete(key: string) {
      values.delete(key);
      return Promise.resolve();
    },
  };
}
