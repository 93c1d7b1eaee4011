import swagger from '@fastify/swagger'
import type { Route } from '@mosaic/contracts/http'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'

type Credential =
  | { readonly type: 'http'; readonly scheme: 'bearer'; readonly description: string }
  | { readonly type: 'apiKey'; readonly in: 'cookie'; readonly name: string }

export type ApiDescription = {
  readonly title: string
  readonly description: string
  readonly version: string
  /** The ways in which a caller may show who it is, any one of which is enough. */
  readonly credentials: Readonly<Record<string, Credential>>
  /** Which group of routes an address belongs to. */
  readonly tagOf: (url: string) => string
}

/** Has the OpenAPI document made out of the routes' own schemas: `app.swagger()`. To be awaited before the first route. */
export async function describeRoutes(app: FastifyInstance, api: ApiDescription): Promise<void> {
  const { title, description, version, credentials, tagOf } = api
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title, version, description },
      components: { securitySchemes: { ...credentials } },
      security: Object.keys(credentials).map((name) => ({ [name]: [] })),
    },
    transform: (route) => {
      const { schema, url } = jsonSchemaTransform(route)
      return { schema: { ...schema, ...access(route.route.config?.role ?? 'admin'), tags: [tagOf(url)] }, url }
    },
  })
}

/** Serves the document, to whom the role admits. */
export function addOpenApi(app: FastifyInstance, path: string, role: Route['role']): void {
  app.get(path, { schema: { hide: true }, config: { role } }, () => app.swagger())
}

/** The same for a service that other services alone talk to: described, and served at `/openapi.json`. */
export async function describeService(
  app: FastifyInstance,
  { name, ...about }: { readonly name: string; readonly version: string; readonly description: string },
): Promise<void> {
  const description = 'What services of an instance show each other'
  await describeRoutes(app, {
    ...about,
    title: `Mosaic ${name}`,
    credentials: { serviceToken: { type: 'http', scheme: 'bearer', description } },
    tagOf: (url) => url.split('/')[1] ?? name,
  })
  addOpenApi(app, '/openapi.json', 'service')
}

/** Who may call a route: for programs in `x-mosaic-role`, for people in words. */
const access = (role: Route['role']) =>
  role === 'public'
    ? { 'x-mosaic-role': role, description: 'Needs no sign-in.', security: [] }
    : { 'x-mosaic-role': role, description: `Needs the role ${role}.` }
