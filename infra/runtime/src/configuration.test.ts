import { expect, test } from 'vitest'
import { z } from 'zod'
import { ConfigurationError, readConfig, variables } from './configuration.ts'

const Schema = z.object({
  MOSAIC_HOST: variables.host,
  MOSAIC_PORT: variables.port,
  MOSAIC_NATS_URL: variables.url,
  MOSAIC_SUPERVISED: variables.flag,
})

test('reads, converts and fills in defaults', () => {
  expect(readConfig(Schema, { MOSAIC_PORT: '4222', MOSAIC_NATS_URL: 'nats://127.0.0.1:1', OTHER: 'x' })).toEqual({
    MOSAIC_HOST: '127.0.0.1',
    MOSAIC_PORT: 4222,
    MOSAIC_NATS_URL: 'nats://127.0.0.1:1',
    MOSAIC_SUPERVISED: false,
  })
})

test('an empty variable counts as absent', () => {
  const config = readConfig(Schema, { MOSAIC_HOST: '', MOSAIC_PORT: '1', MOSAIC_NATS_URL: 'nats://h' })
  expect(config.MOSAIC_HOST).toBe('127.0.0.1')
})

test('names every bad variable at once, and no value', () => {
  const read = () => readConfig(Schema, { MOSAIC_PORT: 'hunter2', MOSAIC_SUPERVISED: 'maybe-hunter2' })
  expect(read).toThrow(ConfigurationError)
  try {
    read()
  } catch (error) {
    const { problems, message } = error as ConfigurationError
    expect(problems.map(({ variable }) => variable)).toEqual(['MOSAIC_PORT', 'MOSAIC_NATS_URL', 'MOSAIC_SUPERVISED'])
    expect(problems[1]?.reason).toBe('is not set')
    expect(message).not.toContain('hunter2')
  }
})
