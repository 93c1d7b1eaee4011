import { posix } from 'node:path'
import { shellWord } from '../sandbox/index.ts'
import type { GateCommand } from './commands/contract.ts'
import type { TryingPlace } from './run-gates.ts'

/** A gate's command in the working folder. What runs there is told that nobody watches it. */
export function scriptOf({ run }: Pick<GateCommand, 'run'>, { provision, roots: [root] }: TryingPlace): string {
  return `cd -- ${shellWord(posix.join(root, provision?.workdir ?? '.'))} || exit
export CI=true
sh -c ${shellWord(run)}`
}

/** Turns a path of a report into one of the repository: absolute, from the working folder, or with a module's name before it. */
export const relativeTo =
  (files: ReadonlySet<string>, { roots, provision }: TryingPlace) =>
  (path: string): string => {
    const root = roots.find((each) => path.startsWith(`${each}/`))
    const inside =
      root === undefined ? posix.normalize(posix.join(provision?.workdir ?? '.', path)) : path.slice(root.length + 1)
    if (files.has(inside)) return inside
    const parts = path.split('/')
    const known = parts.map((_, index) => parts.slice(index).join('/')).find((tail) => files.has(tail))
    return known ?? inside
  }
