import { existsSync } from 'node:fs'
import { extname, join } from 'node:path'
import staticFiles from '@fastify/static'
import { RejectedError } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'

const yearSeconds = 365 * 24 * 3600

/** The built console. It holds no data, so it needs no sign-in; every place in it is a path of its own. */
export async function addConsole(app: FastifyInstance, folder: string): Promise<void> {
  await app.register(staticFiles, {
    root: folder,
    serve: false,
    cacheControl: false,
    suppressWarning: true,
    preCompressed: true,
    setHeaders: (reply, path) => {
      // Vite puts a hash of the content into these names.
      const hashed = path.startsWith(join(folder, 'assets'))
      reply.header('cache-control', hashed ? `public, max-age=${yearSeconds}, immutable` : 'no-cache')
    },
  })
  app.route({
    method: ['GET', 'HEAD'],
    url: '/*',
    schema: { hide: true },
    config: { role: 'public' },
    handler: (request, reply) => {
      const path = (request.params as { '*': string })['*']
      if (/^(api|ws|health)(\/|$)/.test(path)) return reply.callNotFound()
      if (!existsSync(join(folder, 'index.html')))
        throw new RejectedError({ code: 'ROUTE_NOT_FOUND', message: 'the console has not been built' })
      return reply.sendFile(extname(path) === '' ? 'index.html' : path)
    },
  })
}
