// Third-party software that reaches users inside a WebAssembly module, where no bundler sees it: the parts of ONNX Runtime
// and the grammars of tree-sitter. What is bundled as JavaScript is found by esbuild instead.

/** A component whose licence text is in `licences/`, or is the MIT licence with its own copyright line. */
export interface EmbeddedComponent {
  readonly name: string;
  readonly source: string;
  readonly copyright: string;
  /** An SPDX identifier. */
  readonly license: EmbeddedLicense;
}

type EmbeddedLicense = 'MIT' | 'Apache-2.0' | 'BSD-3-Clause' | 'BSL-1.0' | 'MPL-2.0';

const github = (path: string): string => `https://github.com/${path}`;

/** After `cmake/deps.txt` of ONNX Runtime, as far as its WebAssembly build links it, and Emscripten's libraries. */
export const onnxRuntimeComponents: readonly EmbeddedComponent[] = [
  component('Abseil', 'abseil/abseil-cpp', 'Copyright The Abseil Authors', 'Apache-2.0'),
  component('Boost.Mp11', 'boostorg/mp11', 'Copyright 2015-2023 Peter Dimov', 'BSL-1.0'),
  component('date', 'HowardHinnant/date', 'Copyright (c) 2015-2021 Howard Hinnant and others', 'MIT'),
  component('Dawn', 'google/dawn', 'Copyright 2017-2025 The Dawn & Tint Authors', 'BSD-3-Clause'),
  component(
    'Eigen',
    'https://gitlab.com/libeigen/eigen',
    'Copyright (C) Gael Guennebaud, Benoit Jacob and others',
    'MPL-2.0',
  ),
  component(
    'Emscripten libraries',
    'emscripten-core/emscripten',
    'Copyright (c) 2010-2014 Emscripten authors',
    'MIT',
  ),
  component('FlatBuffers', 'google/flatbuffers', 'Copyright Google Inc.', 'Apache-2.0'),
  component(
    'Guidelines Support Library',
    'microsoft/GSL',
    'Copyright (c) 2015 Microsoft Corporation. All rights reserved.',
    'MIT',
  ),
  component('JSON for Modern C++', 'nlohmann/json', 'Copyright (c) 2013-2022 Niels Lohmann', 'MIT'),
  component(
    'libc++, libc++abi, compiler-rt',
    'llvm/llvm-project',
    'Copyright (c) LLVM Project contributors; with the LLVM exception',
    'Apache-2.0',
  ),
  component('musl', 'https://musl.libc.org', 'Copyright (c) 2005-2020 Rich Felker, et al.', 'MIT'),
  component('ONNX', 'onnx/onnx', 'Copyright (c) ONNX Project Contributors', 'Apache-2.0'),
  component(
    'Protocol Buffers',
    'protocolbuffers/protobuf',
    'Copyright 2008 Google Inc. All rights reserved.',
    'BSD-3-Clause',
  ),
  component('RE2', 'google/re2', 'Copyright (c) 2009 The RE2 Authors. All rights reserved.', 'BSD-3-Clause'),
  component('SafeInt', 'dcleblanc/SafeInt', 'Copyright (c) 2018 Microsoft', 'MIT'),
];

/** In the engine's own code, as data: `src/corpus/secrets/gitleaks/rules.json`. */
export const dataComponents: readonly EmbeddedComponent[] = [
  component('gitleaks rules', 'gitleaks/gitleaks', 'Copyright (c) 2019 Zachary Rice', 'MIT'),
];

const maxBrunsfeld = (year: number): string => `Copyright (c) ${year} Max Brunsfeld`;

/** By the name of the grammar's file. */
export const grammarComponents: Readonly<Record<string, EmbeddedComponent>> = {
  bash: grammar('bash', maxBrunsfeld(2017)),
  'c-sharp': grammar(
    'c-sharp',
    'Copyright (c) 2014-2023 Max Brunsfeld, Damien Guard, Amaan Qureshi, and contributors',
  ),
  cpp: grammar('cpp', maxBrunsfeld(2014)),
  go: grammar('go', maxBrunsfeld(2014)),
  java: grammar('java', 'Copyright (c) 2017 Ayman Nadeem'),
  javascript: grammar('javascript', maxBrunsfeld(2014)),
  php: grammar(
    'php',
    'Copyright (c) 2017 Josh Vera, GitHub\nCopyright (c) 2019 Max Brunsfeld, Amaan Qureshi, Christian Frøystad, Caleb White',
  ),
  python: grammar('python', maxBrunsfeld(2016)),
  ruby: grammar('ruby', 'Copyright (c) 2016 Rob Rix'),
  rust: grammar('rust', 'Copyright (c) 2017 Maxim Sokolov'),
  tsx: grammar('typescript', maxBrunsfeld(2017)),
  typescript: grammar('typescript', maxBrunsfeld(2017)),
};

function component(
  name: string,
  source: string,
  copyright: string,
  license: EmbeddedLicense,
): EmbeddedComponent {
  return { name, source: source.includes('://') ? source : github(source), copyright, license };
}

function grammar(name: string, copyright: string): EmbeddedComponent {
  return component(`tree-sitter-${name}`, `tree-sitter/tree-sitter-${name}`, copyright, 'MIT');
}
