import { expect, test } from 'vitest'
import { usualPorts } from './component.ts'
import { serviceEnvironment, type TierSettings } from './environment.ts'

const settings: TierSettings = {
  dataDir: '/data',
  root: '/mosaic',
  host: '0.0.0.0',
  secrets: { serviceToken: 'mosaic_service', eventStorePassword: 'hidden', natsPassword: 'hidden' },
  instanceId: '0190c0de-0000-7000-8000-000000000000',
  ports: usualPorts,
  compileCache: '/data/cache',
}
const engines = { eventstore: 'esdb://127.0.0.1:2113?tls=false', nats: 'nats://127.0.0.1:4222' }

test('each service has its own port and the addresses of all others', () => {
  expect(serviceEnvironment('relay', settings, engines, { PATH: '/bin' })).toMatchObject({
    PATH: '/bin',
    MOSAIC_PORT: '3003',
    MOSAIC_SERVICE_TOKEN: 'mosaic_service',
    MOSAIC_DATA_DIR: '/data',
    MOSAIC_EVENTSTORE_URL: engines.eventstore,
    MOSAIC_NATS_URL: engines.nats,
    MOSAIC_COORDINATOR_URL: 'http://127.0.0.1:3005',
    MOSAIC_ORCHESTRATOR_URL: 'http://127.0.0.1:3001',
    MOSAIC_PROJECTOR_URL: 'http://127.0.0.1:3004',
    NODE_COMPILE_CACHE: '/data/cache',
  })
})

test('only the gateway listens beyond loopback', () => {
  expect(serviceEnvironment('gateway', settings, engines, {})['MOSAIC_HOST']).toBe('0.0.0.0')
  for (const name of ['coordinator', 'orchestrator', 'relay', 'projector', 'scripted-model'] as const)
    expect(serviceEnvironment(name, settings, engines, {})['MOSAIC_HOST']).toBe('127.0.0.1')
})

test("only what runs agents sees the model's key", () => {
  const inherited = { ANTHROPIC_API_KEY: 'key', ANTHROPIC_BASE_URL: 'http://gateway' }
  expect(serviceEnvironment('orchestrator', settings, engines, inherited)['ANTHROPIC_API_KEY']).toBe('key')
  for (const name of ['coordinator', 'gateway', 'relay', 'projector', 'scripted-model'] as const)
    expect(serviceEnvironment(name, settings, engines, inherited)).not.toHaveProperty('ANTHROPIC_API_KEY')
})

test('in traces each service has a name of its own', () => {
  const nameOf = (inherited: NodeJS.ProcessEnv) =>
    serviceEnvironment('relay', settings, engines, inherited)['OTEL_SERVICE_NAME']
  expect([nameOf({ OTEL_SERVICE_NAME: 'acme' }), nameOf({})]).toEqual(['acme-relay', undefined])
})

test("another instance's addresses in the person's shell do not leak in; settings do", () => {
  const inherited = { MOSAIC_PORT: '1', MOSAIC_ELSEWHERE_URL: 'http://other', MOSAIC_SCRIPTED_SPEED: '50' }
  const environment = serviceEnvironment('gateway', settings, engines, inherited)
  expect(environment).not.toHaveProperty('MOSAIC_ELSEWHERE_URL')
  expect(environment).toMatchObject({ MOSAIC_PORT: '3000', MOSAIC_SCRIPTED_SPEED: '50' })
})
