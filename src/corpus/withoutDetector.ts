// Stands in for the detector of encodings (jschardet) where it would double what has to be read before the first
// suggestion: in VS Code for the Web. It is never sure, so Unicode, `files.encoding` and Western text are read there.

export const chardet = {
  EncodingEra: { MODERN_WEB: 0 },
  detectAll: (): readonly { readonly encoding: string; readonly confidence: number }[] => [],
};
