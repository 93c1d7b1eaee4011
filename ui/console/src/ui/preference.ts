import { type Accessor, createSignal } from 'solid-js'

/** A choice of this browser's: kept in its storage, where there is one. */
export function createPreference<T extends string>(
  name: string,
  values: readonly [T, ...T[]],
): [Accessor<T>, (value: T) => void] {
  const key = `mosaic.${name}`
  const [value, setValue] = createSignal<T>(values.find((candidate) => candidate === read(key)) ?? values[0])
  return [
    value,
    (next) => {
      setValue(() => next)
      try {
        localStorage.setItem(key, next)
      } catch {
        // Without storage the choice lasts until the page is closed.
      }
    },
  ]
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}
