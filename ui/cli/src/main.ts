import { run } from './program.ts'

// A reader that went away (`mosaic events tail | head`) is a normal end, not a failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

// exitCode, not exit(): what is still being written to a pipe must arrive.
process.exitCode = await run(process.argv.slice(2))
