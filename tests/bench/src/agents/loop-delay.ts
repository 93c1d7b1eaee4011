import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import type { Instance } from '@mosaic/e2e/instance'
import { pathsOf, readState } from '@mosaic/local-tier'

/**
 * How late a service's event loop was since it was last asked, the 99th percentile in milliseconds: what its `/metrics` says.
 */
export async function delayOf(instance: Instance, service: 'gateway' | 'orchestrator'): Promise<number> {
  const paths = pathsOf(instance.data)
  const port = readState(paths)!.ports[service]
  const authorization = `Bearer ${readFileSync(paths.serviceToken, 'utf8').trim()}`
  const figures = await (await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { authorization } })).text()
  const seconds = /^nodejs_eventloop_lag_p99_seconds ([\d.e+-]+)$/m.exec(figures)?.[1]
  return Number(seconds) * 1000
}

/** The same of a process that has nothing to do, on the same machine at the same time. `end` answers. */
export function idleProcess(): { end(): Promise<number> } {
  const program = `
    const delay = require('node:perf_hooks').monitorEventLoopDelay()
    delay.enable()
    process.stdin.on('end', () => { console.log(delay.percentile(99) / 1e6); process.exit() }).resume()`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'pipe', 'inherit'] })
  return {
    async end() {
      const said = text(child.stdout)
      child.stdin.end()
      return Number(await said)
    },
  }
}
