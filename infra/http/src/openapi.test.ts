import { route } from '@mosaic/contracts/http'
import { ok } from '@mosaic/contracts/kernel'
import { fastify } from 'fastify'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { addRoute, createServiceApp } from './index.ts'
import { describeService } from './openapi.ts'

const serviceToken = 'the-service-token-of-tests'
const authorization = `Bearer ${serviceToken}`

const find = route({
  method: 'GET',
  path: '/rooms/:room',
  role: 'service',
  summary: 'Find a room',
  params: z.object({ room: z.string().max(20) }),
  answer: z.object({ seats: z.int().min(0) }),
})

test('the document follows from the routes: schemas, and who may call them', async () => {
  const { log: logger } = fastify()
  const app = createServiceApp({
    logger,
    name: 'test',
    version: '1.2.3',
    host: '127.0.0.1',
    serviceToken,
    health: () => ({ status: 'healthy' }),
  })
  await describeService(app, { name: 'test', version: '1.2.3', description: 'Finds rooms.' })
  addRoute(app, find, async () => ok({ seats: 4 }))

  expect((await app.inject('/openapi.json')).statusCode).toBe(401)
  const document = (await app.inject({ url: '/openapi.json', headers: { authorization } })).json()
  expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'Mosaic test', version: '1.2.3' } })
  expect(Object.keys(document.paths)).toEqual(['/rooms/{room}'])
  expect(document.paths['/rooms/{room}'].get).toMatchObject({
    summary: 'Find a room',
    tags: ['rooms'],
    'x-mosaic-role': 'service',
    parameters: [{ in: 'path', name: 'room', schema: { type: 'string', maxLength: 20 } }],
    responses: {
      200: { content: { 'application/json': { schema: { properties: { seats: { type: 'integer', minimum: 0 } } } } } },
      default: { content: { 'application/problem+json': {} } },
    },
  })
  await app.close()
})
