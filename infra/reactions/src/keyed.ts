/**
 * A record with thousands of keys, as plain JSON: a change copies one part of it and not all, which for each event would
 * take longer than the event. Parts are numbered, which an engine copies as an array.
 */
export type Keyed<Value> = Readonly<Record<number, Readonly<Record<string, Value>>>>

const parts = 256
/** Ids that follow each other in time differ in their last characters. */
const told = 8

function partOf(key: string): number {
  let hash = 0
  for (let at = Math.max(0, key.length - told); at < key.length; at++) hash = (hash * 31 + key.charCodeAt(at)) | 0
  return (hash >>> 0) % parts
}

export function valueAt<Value>(keyed: Keyed<Value>, key: string): Value | undefined {
  const part = keyed[partOf(key)]
  return part && Object.hasOwn(part, key) ? part[key] : undefined
}

export function withValue<Value>(keyed: Keyed<Value>, key: string, value: Value): Keyed<Value> {
  const number = partOf(key)
  return { ...keyed, [number]: { ...keyed[number], [key]: value } }
}

export function withoutKey<Value>(keyed: Keyed<Value>, key: string): Keyed<Value> {
  const number = partOf(key)
  const { [number]: part, ...otherParts } = keyed
  if (!part || !Object.hasOwn(part, key)) return keyed
  const { [key]: _, ...others } = part
  return Object.keys(others).length === 0 ? otherParts : { ...keyed, [number]: others }
}

/** In the order of their keys. */
export const entriesOf = <Value>(keyed: Keyed<Value>): [string, Value][] =>
  Object.values(keyed)
    .flatMap((part) => Object.entries(part))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
