import { readFileSync } from 'node:fs'
import { writePrivateFile } from '@mosaic/runtime'
import type { z } from 'zod'
import { isDenied, NotReadableError } from './not-readable.ts'

/** Writes a JSON file whole or not at all. Mode 0600. */
export const writeJsonFile = (file: string, value: unknown): void =>
  writePrivateFile(file, `${JSON.stringify(value, null, 2)}\n`)

/** Reads a JSON file; undefined when it is missing or is not what it should be. Throws NotReadableError. */
export function readJsonFile<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> | undefined {
  try {
    return schema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data
  } catch (error) {
    if (isDenied(error)) throw new NotReadableError(`${file} is not readable for you`, { cause: error })
    return undefined
  }
}
