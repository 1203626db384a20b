// A workspace of modules that are alike enough to learn from, as large as a test says.

import { MemoryFiles } from './memoryFiles.ts';
const fruits = [
  'apple',
  'pear',
  'plum',
  'cherry',
  'quince',
  'fig',
  'grape',
  'lemon',
  'lime',
  'mango',
  'melon',
];

/** `count` files of about 1.5 KB each. */
export function orchard(count: number): MemoryFiles {
  const files: Record<string, string> = {};
  for (let index = 0; index < count; index++) {
    const fruit = `${fruits[index % fruits.length] ?? ''}${index}`;
    files[`src/${fruit}.ts`] = module(fruit, index);
  }
  return new MemoryFiles(files);
}

function module(fruit: string, index: number): string {
  const name = fruit.charAt(0).toUpperCase() + fruit.slice(1);
  const methods = Array.from(
    { length: 6 },
    (_, at) => `
  /** Takes ${at + 1} of the ${fruit} out of the basket. */
  take${at}(basket: Basket, count: number): number {
    for (let taken = 0; taken < count; taken++) {
      basket.remove({ name: '${fruit}', weightGrams: ${20 * (index + at)} });
    }
    return basket.totalWeightGrams();
  }
`,
  );
  return `import { Basket } from './basket';\n\nexport class ${name}Picker {${methods.join('')}}\n`;
}
