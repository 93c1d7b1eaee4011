import { mkdir, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'

/** Moves what an objects folder holds into another one on the same disk, a pack's index after its pack. */
export async function moveObjects(from: string, to: string): Promise<void> {
  for (const folder of await readdir(from)) {
    if (folder === 'info') continue
    await mkdir(join(to, folder), { recursive: true })
    const names = (await readdir(join(from, folder))).toSorted(indexLast)
    for (const name of names) await rename(join(from, folder, name), join(to, folder, name))
  }
}

const indexLast = (one: string, other: string): number => Number(one.endsWith('.idx')) - Number(other.endsWith('.idx'))
