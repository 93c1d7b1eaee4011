import { type ProgramOptions, type ProgramOutput, runProgram } from './run-program.ts'

export type Ordered = { readonly number: number; readonly command: readonly string[]; readonly options: ProgramOptions }

export type Done = { readonly number: number } & ({ readonly output: ProgramOutput } | { readonly error: Error })

// A process of its own that starts programs for another, and ends with it: what a terminal sends to all of them, e.g.
// Ctrl-C, is for the other to act upon, which may need programs to do so.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)
process.on('disconnect', () => process.exit())
process.on('message', ({ number, command, options }: Ordered) => {
  // Whoever asked may be gone by now: then this process is about to end as well.
  const answer = (done: Done) => process.send?.(done, undefined, undefined, () => undefined)
  runProgram(command, options).then(
    (output) => answer({ number, output }),
    (error: Error) => answer({ number, error }),
  )
})
