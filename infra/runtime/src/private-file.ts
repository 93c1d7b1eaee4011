import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'

/** A file's next content, written and safe on the disk, that does not count yet. */
export type FileDraft = {
  /** A reader finds the old or the new file, never half of one. */
  commit(): void
  discard(): void
}

/** Mode 0600. The draft lies beside the file. */
export function draftPrivateFile(file: string, text: string): FileDraft {
  const draft = `${file}.${process.pid}.tmp`
  const discard = () => rmSync(draft, { force: true })
  try {
    const descriptor = openSync(draft, 'w', 0o600)
    try {
      writeFileSync(descriptor, text)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    discard()
    throw error
  }
  return { commit: () => renameSync(draft, file), discard }
}

/** Writes a file so that a reader finds the old or the new one, never half of one. Mode 0600. */
export const writePrivateFile = (file: string, text: string): void => draftPrivateFile(file, text).commit()
