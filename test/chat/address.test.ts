// Addresses of endpoints: which are none, and to which of them a key can be read on its way.

import { equal } from 'node:assert/strict';
import { addressOf, isReadableOnTheWay } from '../../src/chat/model/address.ts';

describe('chat/address', () => {
  for (const text of [
    '',
    'localhost:1',
    'ftp://a/',
    'file:///a',
    'http://me@a/',
    'http://me:x@a/',
    'http://',
  ])
    it(`is none: ${JSON.stringify(text)}`, () => {
      equal(addressOf(text), undefined);
    });

  const here = ['http://localhost:1/v1', 'http://LOCALHOST', 'http://a.localhost', 'http://localhost.'];
  const numbers = [
    'http://127.0.0.1:1',
    'http://127.9.9.9',
    'http://127.1',
    'http://0x7f000001',
    'http://2130706433',
  ];
  const six = ['http://[::1]:1/v1', 'http://[::ffff:127.0.0.1]', 'http://[0:0:0:0:0:0:0:1]'];
  for (const text of [...here, ...numbers, ...six, 'https://models.example', 'https://10.0.0.1'])
    it(`keeps a key from others: ${text}`, () => {
      equal(isReadableOnTheWay(new URL(text)), false);
    });

  const names = [
    'http://models.example',
    'http://localhost.example',
    'http://127.0.0.1.example',
    'http://notlocalhost',
  ];
  const others = [
    'http://10.0.0.1',
    'http://192.168.1.2:11434',
    'http://128.0.0.1',
    'http://[::2]',
    'http://[::ffff:10.0.0.1]',
  ];
  for (const text of [...names, ...others])
    it(`lets others read a key: ${text}`, () => {
      equal(isReadableOnTheWay(new URL(text)), true);
    });
});
