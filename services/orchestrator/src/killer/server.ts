import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { strike, type Strike, type StrikeAnswer } from '@mosaic/contracts/fleet'
import { killerRoutes } from '@mosaic/contracts/http'
import { isBearer } from '@mosaic/http/bearer'

const mostBytes = 64 * 1024

/** The killer's door: one route, for services of this instance alone. */
export function killerServer(serviceToken: string, carryOut: (asked: Strike) => Promise<StrikeAnswer>): Server {
  const { method, path } = killerRoutes.strike
  return createServer((request, response) => {
    const refuse = (status: number, code: string, detail: string) =>
      answer(response, status, { type: 'about:blank', title: code, status, code, detail })
    if (request.headers.origin !== undefined || !isBearer(request.headers.authorization, serviceToken)) {
      return refuse(401, 'UNAUTHENTICATED', 'the service token is missing or wrong')
    }
    if (request.method !== method || request.url !== path) return refuse(404, 'NOT_FOUND', 'there is only one way')
    bodyOf(request).then(
      (body) =>
        carryOut(body).then(
          (struck) => answer(response, 200, struck),
          () => refuse(503, 'ORCHESTRATOR_UNAVAILABLE', 'the killer cannot see what runs here: ask again'),
        ),
      () => refuse(400, 'VALIDATION_FAILED', 'the body is not a strike'),
    )
  })
}

async function bodyOf(request: IncomingMessage): Promise<Strike> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > mostBytes) throw new Error('too long')
    chunks.push(chunk)
  }
  return strike.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')))
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
