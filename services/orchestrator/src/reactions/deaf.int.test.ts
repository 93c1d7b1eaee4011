import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRedactor } from '@mosaic/redaction'
import { createLogger } from '@mosaic/runtime'
import { Client, Harness } from '../../test/harness.ts'
import { configuration } from '../configuration.ts'
import { startOrchestrator } from '../orchestrator.ts'
import { builtInRuntimes } from '../runtimes/index.ts'

let harness: Harness

beforeAll(async () => {
  harness = await Harness.start()
})
afterAll(() => harness.close())

test('an orchestrator that can not follow the log any more says unhealthy and gives up, it does not live on deaf', async () => {
  const { store, messaging } = harness
  const ended = { ...store, subscribeAll: async function* () {} }
  const logger = createLogger({ name: 'orchestrator', level: 'silent' })
  const config = configuration.parse(harness.environment)
  const redactor = createRedactor()
  const engines = { store: ended, messaging, redactor, logger, environment: {} }
  const running = await startOrchestrator(config, engines, builtInRuntimes)
  await expect(running.failed).rejects.toThrow('the subscription to the log has ended')
  const client = new Client(running.url, running.close)
  const health = await client.get('/health')
  expect([health.status, health.body['status']]).toEqual([503, 'unhealthy'])
  await client.close()
})
