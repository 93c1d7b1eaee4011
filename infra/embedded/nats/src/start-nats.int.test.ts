import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { identifyProcess } from '@mosaic/runtime'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { pingNats } from './ping-nats.ts'
import { NatsStartError, type RunningNats, startNats } from './start-nats.ts'

let data: string
const running: RunningNats[] = []

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'mosaic-nats-'))
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((nats) => nats.close()))
  rmSync(data, { recursive: true, force: true })
})

async function start(port?: number): Promise<RunningNats> {
  const nats = await startNats(port === undefined ? { data } : { data, port })
  running.push(nats)
  return nats
}

/** The JavaScript client reads no credentials from an address. */
function optionsOf(url: string) {
  const { host, username, password } = new URL(url)
  return { servers: host, user: username, pass: password }
}

test('nobody connects without the password, which stands in no argument and in no file that others can read', async () => {
  const { url, pid } = await start()
  const { servers, user, pass } = optionsOf(url)
  for (const wrong of [{ servers }, { servers, user, pass: 'guessed' }, { servers, token: pass }])
    await expect(connect({ ...wrong, reconnect: false })).rejects.toThrow(/authorization violation/i)
  await expect(pingNats(`nats://${user}:guessed@${servers}`)).rejects.toThrow()
  expect(await pingNats(url)).toMatch(/^2\./)
  expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toContain(pass)
  expect(readFileSync(join(data, 'nats-server.log'), 'utf8')).not.toContain(pass)
  for (const file of ['password', 'server.conf']) expect(statSync(join(data, file)).mode & 0o777).toBe(0o600)
})

test('what JetStream acknowledged is there after a restart on the same port', async () => {
  const first = await start()
  const client = await connect(optionsOf(first.url))
  await (await jetstreamManager(client)).streams.add({ name: 'S', subjects: ['s.>'] })
  await jetstream(client).publish('s.a', 'kept')
  await client.close()
  await first.close()
  expect(identifyProcess(first.pid)).toBeUndefined()

  const second = await start(Number(new URL(first.url).port))
  expect(second.url).toBe(first.url)
  const again = await connect(optionsOf(second.url))
  expect(again.info?.max_payload).toBe(8 * 1024 * 1024)
  const { state } = await (await jetstreamManager(again)).streams.info('S')
  expect(state.messages).toBe(1)
  await again.close()
})

test('a port that is taken is an error that shows the log', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  const { port } = other.address() as { port: number }
  await expect(start(port)).rejects.toThrow(/address already in use/)
  await expect(start(port)).rejects.toThrow(NatsStartError)
  await new Promise((resolve) => other.close(resolve))
})

test('kill -9 of the process that started it leaves no server', async () => {
  const module = fileURLToPath(new URL('./index.ts', import.meta.url))
  const program = `
    import { startNats } from ${JSON.stringify(module)}
    const nats = await startNats({ data: ${JSON.stringify(data)} })
    console.log(nats.pid)`
  const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (text) => resolve(Number(text))))
  expect(identifyProcess(pid)).toBeDefined()
  parent.kill('SIGKILL')
  await expect.poll(() => identifyProcess(pid)).toBeUndefined()
})
