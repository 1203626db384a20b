// Finds keys that occur twice in one JSON object. JSON.parse keeps the last of them in silence, so two readers
// may see two different files; the safetensors format forbids them for that reason.

/** The first key that an object of the text repeats, at any depth. The text must be valid JSON. */
export function duplicateKey(validJson: string): string | undefined {
  // One set of keys for each open object; an array has none.
  const open: (Set<string> | undefined)[] = [];
  let atKey = false;
  for (let at = 0; at < validJson.length; at++) {
    const keys = open.at(-1);
    switch (validJson.charAt(at)) {
      case '{':
        open.push(new Set());
        atKey = true;
        break;
      case '[':
        open.push(undefined);
        atKey = false;
        break;
      case '}':
      case ']':
        open.pop();
        atKey = false;
        break;
      case ',':
        atKey = keys !== undefined;
        break;
      case '"': {
        const end = endOfString(validJson, at);
        if (atKey && keys !== undefined) {
          const key = JSON.parse(validJson.slice(at, end + 1)) as string;
          if (keys.has(key)) return key;
          keys.add(key);
          atKey = false;
        }
        at = end;
        break;
      }
    }
  }
  return undefined;
}

/** Offset of the quote that closes the string whose opening quote is at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
