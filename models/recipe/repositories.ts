// The repositories of the corpus manifest as folders of files: exported from Git at the commit the manifest names, and
// refused when the licence file there is not the permissive one that the manifest states.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Repository {
  /** `owner/name` on GitHub. */
  readonly name: string;
  readonly commit: string;
  /** SPDX identifier. */
  readonly licence: string;
  /** The file that holds its text. */
  readonly licenceFile: string;
  /** Validation repositories are never trained on. */
  readonly split: 'train' | 'validation';
}

export function readManifest(path: string): readonly Repository[] {
  const { repositories } = JSON.parse(readFileSync(path, 'utf8')) as { repositories: Repository[] };
  return repositories;
}

/** A sentence that only this licence holds. */
const licenceTexts: Readonly<Record<string, RegExp>> = {
  MIT: /Permission is hereby granted, free of charge/,
  'Apache-2.0': /Apache License|apache\.org\/licenses\/LICENSE-2\.0/,
  'BSD-2-Clause': /Redistribution and use in source and binary forms/,
  'BSD-3-Clause': /Redistribution and use in source and binary forms/,
  ISC: /Permission to use, copy, modify, and(?:\/or)? distribute/,
  '0BSD': /Permission to use, copy, modify, and\/or distribute/,
};
const copyleft =
  /GNU (?:LESSER |AFFERO )?GENERAL PUBLIC LICENSE|Mozilla Public License|Business Source License/i;

/**
 * The folder with the repository's files, exported once into `exports`. `mirrors` holds clones named `owner+name`; one
 * that is missing is cloned from GitHub. Throws when the licence is not what the manifest says, unless `licensed` is false
 */
export function exportRepository(
  repository: Repository,
  mirrors: string,
  exports: string,
  licensed = true,
): string {
  const { name, commit } = repository;
  const folder = join(exports, `${name.replace('/', '+')}@${commit.slice(0, 12)}`);
  if (!existsSync(folder)) {
    const mirror = mirrorOf(name, mirrors);
    const unfinished = `${folder}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { recursive: true });
    exportFiles(mirror, commit, unfinished);
    renameSync(unfinished, folder);
  }
  if (licensed) checkLicence(repository, folder);
  return folder;
}

/** Larger files are not exported. */
const largestBytes = 1_000_000;

/** Writes the commit's plain files. Objects that a clone lacks, as filtered ones do, are passed over. */
function exportFiles(mirror: string, commit: string, folder: string): void {
  const git = (args: readonly string[], input?: string) =>
    execFileSync('git', ['-C', mirror, ...args], { input, maxBuffer: 2 ** 31 - 1 });
  const files = git(['ls-tree', '-r', '-l', '-z', commit])
    .toString()
    .split('\0')
    .flatMap(line => {
      const [, object, size, path] = /^100(?:644|755) blob (\w+) +(\d+)\t(.*)$/s.exec(line) ?? [];
      const isTaken = object !== undefined && path !== undefined && Number(size) <= largestBytes;
      return isTaken ? [{ object, path }] : [];
    });
  const contents = git(['cat-file', '--batch'], files.map(({ object }) => `${object}\n`).join(''));
  let at = 0;
  for (const { path } of files) {
    const lineEnd = contents.indexOf(10, at);
    const size = / blob (\d+)$/.exec(contents.toString('latin1', at, lineEnd))?.[1];
    at = lineEnd + 1;
    if (size === undefined) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), contents.subarray(at, at + Number(size)));
    at += Number(size) + 1;
  }
}

function mirrorOf(name: string, mirrors: string): string {
  const folder = join(mirrors, name.replace('/', '+'));
  for (const place of [join(folder, 'repo'), folder]) {
    if (existsSync(join(place, 'HEAD')) || existsSync(join(place, '.git'))) return place;
  }
  execFileSync('git', ['clone', '--quiet', '--bare', `https://github.com/${name}`, folder]);
  return folder;
}

function checkLicence({ name, licence, licenceFile }: Repository, folder: string): void {
  const text = readFileSync(join(folder, licenceFile), 'utf8').replace(/\s+/g, ' ');
  const expected = licenceTexts[licence];
  if (expected?.test(text) !== true || copyleft.test(text)) {
    throw new Error(`${name}: ${licenceFile} is not ${licence}; only permissive licences are used`);
  }
}
