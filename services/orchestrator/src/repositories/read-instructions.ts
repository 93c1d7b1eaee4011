import type { Snapshot } from '../git/index.ts'
import { instructionFiles } from './instruction-files.ts'

/** How a repository tells agents to work in it: its own words. */
export type Instructions = { readonly path: string; readonly text: string }

/** Larger files are no instructions. Of the others the beginning counts, and of all together so much. */
const mostBytes = 1024 ** 2
const mostEach = 24_000
const mostInAll = 60_000

/** Of the root and of the working folder; what two files say alike is told once. */
export async function readInstructions(snapshot: Snapshot, workdir: string): Promise<Instructions[]> {
  const below = workdir === '.' ? [] : instructionFiles.map((name) => `${workdir}/${name}`)
  const contents = await snapshot.read([...instructionFiles, ...below], mostBytes)
  const told = new Set<string>()
  let room = mostInAll
  return [...contents].flatMap(([path, content]) => {
    const whole = content.trim()
    if (whole === '' || told.has(whole) || room <= 0) return []
    told.add(whole)
    const text = shortened(whole, Math.min(mostEach, room))
    room -= text.length
    return [{ path, text }]
  })
}

const shortened = (text: string, most: number): string =>
  text.length <= most
    ? text
    : `${text.slice(0, most).toWellFormed()}\n[… ${text.length - most} more characters: read the file]`
