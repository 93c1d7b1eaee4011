import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { writePrivateFile } from '@mosaic/runtime'
import { newSecret, sameSecret } from './secrets.ts'

export type ApiToken = { matches(presented: string): boolean }

/** A program's token in a file of the data folder (mode 0600): who can read it, may use it. Made when missing. */
export function openApiToken(dataFolder: string, name: string): ApiToken {
  const path = join(dataFolder, name)
  if (!existsSync(path)) writePrivateFile(path, `mosaic_${newSecret()}\n`)
  let token = ''
  let readAt: number | undefined
  const refresh = () => {
    const changedAt = writtenAt(path)
    if (changedAt === readAt) return false
    token = changedAt === undefined ? '' : readFileSync(path, 'utf8').trim()
    readAt = changedAt
    return true
  }
  refresh()
  const isToken = (presented: string) => token !== '' && sameSecret(presented, token)
  return {
    // A token that was replaced while the gateway runs is picked up when the old one no longer fits.
    matches: (presented) => isToken(presented) || (refresh() && isToken(presented)),
  }
}

/** When a file was last written, in milliseconds of Unix time; `undefined` when there is none. */
const writtenAt = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.mtimeMs
