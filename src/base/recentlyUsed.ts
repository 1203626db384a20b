// Maps that keep what was used last: a Map holds its keys in the order in which they were set.

/**
 * The value of `key`, made where there is none, as the latest of the map; beyond `most` the earliest are dropped, and
 * `onDrop` is called.
 */
export function useLatest<K, V>(
  map: Map<K, V>,
  key: K,
  most: number,
  make: () => V,
  onDrop: (value: V) => void = () => undefined,
): V {
  const value = map.get(key) ?? make();
  map.delete(key);
  map.set(key, value);
  for (const [earliest, dropped] of map) {
    if (map.size <= most) break;
    map.delete(earliest);
    onDrop(dropped);
  }
  return value;
}
