import { spawn } from 'node:child_process'
import { request } from 'node:http'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'

// Runs in the sandbox: starts a program whose input and output are a connection to a service at the socket beside this
// file, and ends as it ends. Arguments: the service's target, then the program with its arguments.
const [, , target, program, ...programArguments] = process.argv
const way = fileURLToPath(new URL('socket', import.meta.url))

function attach(outside: Socket, head: Buffer): void {
  const child = spawn(program!, programArguments, { stdio: ['pipe', 'pipe', 'inherit'] })
  // What was under way to somebody who has gone.
  for (const stream of [outside, child.stdin, child.stdout]) stream.on('error', () => undefined)
  child.once('error', (error) => {
    console.error(error.message)
    process.exit(127)
  })
  child.once('close', (code, signal) => {
    outside.end(() => process.exit(code ?? 128 + (signal === 'SIGKILL' ? 9 : 15)))
  })
  // Whoever was spoken to is gone: there is nobody left to work for.
  outside.once('close', () => child.kill('SIGTERM'))
  if (head.length > 0) child.stdin.write(head)
  outside.pipe(child.stdin)
  child.stdout.pipe(outside, { end: false })
}

const asked = request({ socketPath: way, method: 'CONNECT', path: target!, agent: false })
asked.once('error', ({ message }) => {
  console.error(`nobody is there: ${message}`)
  process.exit(111)
})
asked.once('connect', (_, outside: Socket, head) => attach(outside, head))
asked.end()
