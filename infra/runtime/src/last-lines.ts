import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/** The last `count` lines of a text file, reading only its end (64 kB); empty when there is no such file. */
export function lastLines(file: string, count: number): string[] {
  let descriptor: number
  try {
    descriptor = openSync(file, 'r')
  } catch {
    return []
  }
  try {
    const { size } = fstatSync(descriptor)
    const length = Math.min(size, 65_536)
    const buffer = Buffer.alloc(length)
    readSync(descriptor, buffer, 0, length, size - length)
    const lines = buffer.toString('utf8').split('\n')
    if (lines.at(-1) === '') lines.pop()
    return lines.slice(-count)
  } finally {
    closeSync(descriptor)
  }
}
