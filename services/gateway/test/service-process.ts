import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

export type ServiceProcess = { readonly url: string; kill(): Promise<void>; restart(): Promise<void> }

/** Another service as its own process, as the local tier runs it; it dies with this one. Waits until it is healthy. */
export async function startService(main: string, env: Record<string, string>): Promise<ServiceProcess> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const path = fileURLToPath(new URL(`../../../${main}`, import.meta.url))
  let child: ChildProcess
  const start = async () => {
    child = fork(path, {
      env: { ...process.env, ...env, MOSAIC_PORT: String(port), MOSAIC_SUPERVISED: '1' },
      silent: true,
    })
    child.stdout?.resume()
    const errors: string[] = []
    child.stderr?.on('data', (chunk) => errors.push(String(chunk)))
    while (!(await isHealthy(url))) {
      if (child.exitCode !== null) throw new Error(`${main} ended with ${child.exitCode}: ${errors.join('')}`)
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
  }
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  await start()
  return { url, kill, restart: start }
}

const isHealthy = (url: string): Promise<boolean> =>
  fetch(`${url}/health`).then(
    (response) => response.ok,
    () => false,
  )

export async function freePort(): Promise<number> {
  const server = createServer().listen({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
