import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'

/** The OpenAPI document out of the routes' own schemas. Register before the routes. */
export async function describeRoutes(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Mosaic gateway', version, description: 'Everything that the console and the CLI do.' },
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: "The CLI's token, in the data folder" },
          session: { type: 'apiKey', in: 'cookie', name: 'mosaic_session' },
        },
      },
      security: [{ token: [] }, { session: [] }],
    },
    transform: jsonSchemaTransform,
  })
}

/** Where people and programs read it. Both need a sign-in like everything else. */
export async function addOpenApiRoutes(app: FastifyInstance): Promise<void> {
  app.get('/api/openapi.json', { schema: { hide: true } }, () => app.swagger())
  await app.register(swaggerUi, { routePrefix: '/api/docs', staticCSP: true })
}
