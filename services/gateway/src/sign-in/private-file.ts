import { renameSync, statSync, writeFileSync } from 'node:fs'

/** Replaces a file as a whole (a crash leaves the old one), readable by its owner only. */
export function writePrivateFile(path: string, text: string): void {
  const draft = `${path}.${process.pid}.new`
  writeFileSync(draft, text, { mode: 0o600, flush: true })
  renameSync(draft, path)
}

/** When a file was last written, in milliseconds of Unix time; `undefined` when there is none. */
export function writtenAt(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs
}
