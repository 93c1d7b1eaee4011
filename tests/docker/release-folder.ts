import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'

/** Removes a folder with whatever is still mounted in it. */
export function releaseFolder(folder: string): void {
  for (const place of mountsIn(folder)) execFileSync('umount', ['--lazy', place])
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
}

/** proc_pid_mountinfo(5): the fifth field is the place, with blanks in octal. The innermost come last. */
const mountsIn = (folder: string): string[] =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) =>
      (line.split(' ')[4] ?? '').replaceAll(/\\(\d{3})/g, (_, octal) => String.fromCharCode(parseInt(octal, 8))),
    )
    .filter((place) => place.startsWith(`${folder}/`))
    .toReversed()
