import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pingNats, startNats } from '@mosaic/embedded-nats'
import { createLogger } from '@mosaic/runtime'
import { expect, test } from 'vitest'
import type { RunningComponent } from './component.ts'
import { type ComponentChange, supervise } from './supervise.ts'

const answers = ({ url }: RunningComponent) =>
  pingNats(url).then(
    () => true,
    () => false,
  )

test('an engine that lived on without answering was never started again', async () => {
  const data = mkdtempSync(join(tmpdir(), 'mosaic-supervise-'))
  const changes: ComponentChange[] = []
  const running = () => changes.flatMap((change) => (change.status === 'running' ? [change.running.pid] : []))
  const supervised = supervise({
    async start() {
      const { close, ...nats } = await startNats({ data })
      return { ...nats, stop: close, probe: { kind: 'nats', url: nats.url } }
    },
    onChange: (change) => void changes.push(change),
    logger: createLogger({ name: 'test', level: 'silent' }),
    startLimitMs: 30_000,
    answers,
    silence: { everyMs: 200, questions: 3 },
  })
  try {
    await supervised.ready
    const [first] = running()
    process.kill(first!, 'SIGSTOP')
    await expect.poll(() => running().length, { timeout: 60_000 }).toBe(2)
    expect(changes.map(({ status }) => status)).toEqual(['starting', 'running', 'restarting', 'starting', 'running'])
    expect(changes[2]).toMatchObject({ reason: 'did not answer any more' })
    expect(() => process.kill(first!, 0)).toThrow('ESRCH')
  } finally {
    await supervised.stop()
    rmSync(data, { recursive: true, force: true })
  }
})
