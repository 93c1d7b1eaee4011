import { posix } from 'node:path'
import type { GateDetail } from '@mosaic/contracts/quality'

const mostPlaces = 10
const longestLine = 400
/** Of what a command says, its end: there it says what went wrong. */
const tail = 4000

/** `src/sum.js:3`, `src/sum.ts(3,1)`, `File "src/sum.py", line 3`: how programs name a place. */
const places = [/((?:file:\/\/)?[\w@.+/-]+\.\w+)[:(](\d+)/g, /File "([^"]+)", line (\d+)/g]

/**
 * What a command has said as details: lines that name a place in a file of the commit, and the end of it all.
 * @param roots Under which paths the commit's files stood.
 */
export function detailsOf(output: string, files: ReadonlySet<string>, roots: readonly string[]): GateDetail[] {
  const found = new Map<string, GateDetail>()
  for (const text of output.split('\n')) {
    for (const pattern of places)
      for (const [, path = '', line = ''] of text.matchAll(pattern)) {
        const file = withinRoots(path.replace(/^file:\/\//, ''), roots)
        const key = `${file}:${line}`
        if (!files.has(file) || line === '0' || found.size >= mostPlaces || found.has(key)) continue
        found.set(key, { file, line: Number(line), output: text.trim().slice(0, longestLine) })
      }
  }
  return [...found.values(), { output: output.trim().slice(-tail) }]
}

function withinRoots(path: string, roots: readonly string[]): string {
  const root = roots.find((each) => path.startsWith(`${each}/`))
  return posix.normalize(root === undefined ? path : path.slice(root.length + 1))
}
