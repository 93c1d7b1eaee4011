import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { dockerEngineOf } from './docker-engine.ts'

const HOME = mkdtempSync(join(tmpdir(), 'mosaic-docker-home-'))
afterAll(() => rmSync(HOME, { recursive: true }))

test.each([
  [undefined, { socketPath: '/var/run/docker.sock' }],
  ['', { socketPath: '/var/run/docker.sock' }],
  ['unix:///run/user/7/docker.sock', { socketPath: '/run/user/7/docker.sock' }],
  ['tcp://engine.example.org', { host: 'engine.example.org', port: 2375 }],
  ['tcp://[::1]:4000', { host: '::1', port: 4000 }],
])('DOCKER_HOST %j', (DOCKER_HOST, engine) => {
  expect(dockerEngineOf({ DOCKER_HOST, HOME })).toEqual(engine)
})

test('with DOCKER_TLS_VERIFY the certificates go with it, and one that is missing is named', () => {
  const variables = { DOCKER_HOST: 'tcp://engine.example.org', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: HOME, HOME }
  for (const name of ['ca', 'cert']) writeFileSync(join(HOME, `${name}.pem`), name)
  expect(() => dockerEngineOf(variables)).toThrow(`DOCKER_CERT_PATH: ${HOME}/key.pem cannot be read`)
  writeFileSync(join(HOME, 'key.pem'), 'key')
  const tls = { ca: 'ca', cert: 'cert', key: 'key' }
  expect(dockerEngineOf(variables)).toEqual({ host: 'engine.example.org', port: 2376, tls })
})
