import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { writePrivateFile } from '@mosaic/runtime'
import { CredentialFault } from './fault.ts'
import { masterKey, type MasterKey } from './seal.ts'

/** The first seals, all open. */
export type MasterKeys = {
  /** Makes the first one where there is none yet. */
  sealing(): MasterKey
  find(id: string): MasterKey | undefined
  /** Another key seals from here on; those before open until `forgetOthers`. Crashed in between, both are there. */
  next(): MasterKey
  /** Only the sealing key is kept. */
  forgetOthers(): void
}

const keyBytes = 32

/** Keys as they are given: 32 bytes each in base64 or base64url, separated by commas. */
const parseKeys = (text: string): MasterKey[] =>
  text.split(/[\s,]+/).flatMap((part) => {
    if (part === '') return []
    const bytes = Buffer.from(part, 'base64')
    if (bytes.length !== keyBytes) throw new CredentialFault('UNREADABLE', 'a master key has 32 bytes, in base64')
    return [masterKey(bytes)]
  })

/** Whether a text is such keys. */
export function isMasterKeys(text: string): boolean {
  try {
    return parseKeys(text).length > 0
  } catch {
    return false
  }
}

/**
 * The keys of an instance: those given (MOSAIC_MASTER_KEY), then those in a file (0600), which is made when there is
 * nothing to seal with. A new key goes into the file; where keys are given, the first of them is the new one.
 * @throws CredentialFault UNREADABLE from every call while the file is not what it should be
 */
export function masterKeys({
  file,
  given,
}: {
  readonly file: string
  readonly given?: string | undefined
}): MasterKeys {
  const fromOutside = given === undefined ? [] : parseKeys(given)
  const inFile = () => {
    if (!existsSync(file)) return []
    const keys = parseKeys(readFileSync(file, 'utf8'))
    if (keys.length === 0) throw new CredentialFault('UNREADABLE', `${file} holds no master key`)
    return keys
  }
  const write = (keys: readonly MasterKey[]) =>
    writePrivateFile(file, `${keys.map(({ bytes }) => bytes.toString('base64url')).join('\n')}\n`)
  const add = () => {
    const made = masterKey(randomBytes(keyBytes))
    write([made, ...inFile()])
    return made
  }
  return {
    sealing: () => fromOutside[0] ?? inFile()[0] ?? add(),
    find: (id) => [...fromOutside, ...inFile()].find((key) => key.id === id),
    next: () => fromOutside[0] ?? add(),
    forgetOthers() {
      if (fromOutside.length > 0) rmSync(file, { force: true })
      else write(inFile().slice(0, 1))
    },
  }
}
