import swaggerUi from '@fastify/swagger-ui'
import { addOpenApi, describeRoutes } from '@mosaic/http/openapi'
import type { FastifyInstance } from 'fastify'

/** The OpenAPI document out of the routes' own schemas. Register before the routes. */
export const describeGateway = (
  app: FastifyInstance,
  { version, sessionCookie }: { version: string; sessionCookie: string },
): Promise<void> =>
  describeRoutes(app, {
    title: 'Mosaic gateway',
    version,
    description: 'Everything that the console and the CLI do.',
    credentials: {
      token: { type: 'http', scheme: 'bearer', description: "The CLI's token, in the data folder" },
      session: { type: 'apiKey', in: 'cookie', name: sessionCookie },
    },
    tagOf,
  })

/** Where people and programs read it. Both need a sign-in like everything else. */
export async function addOpenApiRoutes(app: FastifyInstance): Promise<void> {
  addOpenApi(app, '/api/openapi.json', 'observer')
  await app.register(async (docs) => {
    docs.addHook('onRoute', (route) => void (route.config = { ...route.config, role: 'observer' }))
    await docs.register(swaggerUi, {
      routePrefix: '/api/docs',
      logo: { type: 'image/svg+xml', content: logo, href: '/' },
      theme: { title: 'Mosaic API' },
    })
  })
}

/** `/api/mission-control/sessions/:id` belongs to `mission-control`. */
const tagOf = (url: string): string => url.split('/')[2] ?? 'health'

const logo = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" height="28" fill="#8b7cf6"><rect x="2" y="2" width="9" height="13" rx="2"/><rect x="13" y="2" width="9" height="7" rx="2" opacity=".7"/><rect x="2" y="17" width="9" height="5" rx="2" opacity=".7"/><rect x="13" y="11" width="9" height="11" rx="2"/></svg>',
)
