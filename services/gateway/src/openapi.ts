import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { Route } from '@mosaic/contracts/http'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'

/** The OpenAPI document out of the routes' own schemas. Register before the routes. */
export async function describeRoutes(
  app: FastifyInstance,
  { version, sessionCookie }: { version: string; sessionCookie: string },
): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Mosaic gateway', version, description: 'Everything that the console and the CLI do.' },
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: "The CLI's token, in the data folder" },
          session: { type: 'apiKey', in: 'cookie', name: sessionCookie },
        },
      },
      security: [{ token: [] }, { session: [] }],
    },
    transform: (route) => {
      const { schema, url } = jsonSchemaTransform(route)
      return { schema: { ...schema, ...access(route.route.config?.role ?? 'admin'), tags: [tagOf(url)] }, url }
    },
  })
}

/** Where people and programs read it. Both need a sign-in like everything else. */
export async function addOpenApiRoutes(app: FastifyInstance): Promise<void> {
  app.get('/api/openapi.json', { schema: { hide: true }, config: { role: 'observer' } }, () => app.swagger())
  await app.register(async (docs) => {
    docs.addHook('onRoute', (route) => void (route.config = { ...route.config, role: 'observer' }))
    await docs.register(swaggerUi, {
      routePrefix: '/api/docs',
      logo: { type: 'image/svg+xml', content: logo, href: '/' },
      theme: { title: 'Mosaic API' },
    })
  })
}

/** Who may call a route: for programs in `x-mosaic-role`, for people in words. */
const access = (role: Route['role']) =>
  role === 'public'
    ? { 'x-mosaic-role': role, description: 'Needs no sign-in.', security: [] }
    : { 'x-mosaic-role': role, description: `Needs the role ${role}.` }

/** `/api/mission-control/sessions/:id` belongs to `mission-control`. */
const tagOf = (url: string): string => url.split('/')[2] ?? 'health'

const logo = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" height="28" fill="#8b7cf6"><rect x="2" y="2" width="9" height="13" rx="2"/><rect x="13" y="2" width="9" height="7" rx="2" opacity=".7"/><rect x="2" y="17" width="9" height="5" rx="2" opacity=".7"/><rect x="13" y="11" width="9" height="11" rx="2"/></svg>',
)
