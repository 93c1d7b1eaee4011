import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer as createPlainServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { CodeHostKind } from '@mosaic/contracts/credential'
import type { ApiAnswer, ApiRequest, HostApi, HostState } from './api.ts'
import { makeCertificate } from './certificate.ts'
import { serveGit } from './git-backend.ts'
import { giteaApi } from './gitea-api.ts'
import { githubApi } from './github-api.ts'
import { gitlabApi } from './gitlab-api.ts'
import { HostedRepository } from './hosted-repository.ts'

const apis: Readonly<Record<CodeHostKind, HostApi>> = { github: githubApi, gitea: giteaApi, gitlab: gitlabApi }

export type Asked = { readonly method: string; readonly path: string; readonly status: number }
/** In place of the answer: another one, none at all, or a connection that breaks. */
export type Disturbance = ApiAnswer | 'silence' | 'break'

/**
 * A code host on this machine: git by git's own http-backend, and the API of its kind, as strict as its published
 * description. It tells of every answer whether it is still so (ETag).
 */
export class CodeHostServer implements AsyncDisposable, HostState {
  readonly token = ['token', 'of', 'the', 'host', '0123456789'].join('-')
  readonly user = 'robot'
  readonly repositories = new Map<string, HostedRepository>()
  /** What was asked of the API, in order. */
  readonly asked: Asked[] = []
  /** The file of its authority; only with TLS. */
  authority = ''
  disturb: (request: ApiRequest) => Disturbance | undefined = () => undefined
  readonly #folder = mkdtempSync(join(tmpdir(), 'mosaic-code-host-'))
  readonly #api: HostApi
  #server!: Server

  private constructor(kind: CodeHostKind) {
    this.#api = apis[kind]
  }

  static async start(kind: CodeHostKind, { tls = false } = {}): Promise<CodeHostServer> {
    const host = new CodeHostServer(kind)
    const serve = (request: IncomingMessage, response: ServerResponse) => void host.#serve(request, response)
    if (tls) {
      const { authority, ...certificate } = makeCertificate(host.#folder)
      host.authority = authority
      host.#server = createServer(certificate, serve)
    } else host.#server = createPlainServer(serve)
    await new Promise<void>((resolve) => void host.#server.listen(0, '127.0.0.1', resolve))
    return host
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo
    return `${this.authority === '' ? 'http' : 'https'}://127.0.0.1:${port}`
  }

  addRepository(fullName: string, files: Readonly<Record<string, string>> = { 'readme.md': 'hello\n' }) {
    const repository = new HostedRepository(join(this.#folder, 'git'), fullName, files)
    this.repositories.set(fullName, repository)
    return repository
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams: query } = new URL(request.url ?? '/', this.url)
    const { prefix } = this.#api
    if (!pathname.startsWith(`${prefix}/`)) return serveGit(request, response, join(this.#folder, 'git'))
    const parts = pathname
      .slice(prefix.length + 1)
      .split('/')
      .map(decodeURIComponent)
    const { method = 'GET', headers } = request
    const sent = await text(request)
    const asked: ApiRequest = { method, parts, query, headers, body: jsonIn(sent) }
    const disturbance = this.disturb(asked)
    if (disturbance === 'silence') return
    if (disturbance === 'break') return void request.socket.destroy()
    const given = disturbance ?? this.#api.answer(this, asked)
    const body = typeof given.body === 'string' ? given.body : JSON.stringify(given.body)
    const etag = `W/"${createHash('sha256').update(body).digest('hex')}"`
    const isKnown = method === 'GET' && given.status === 200 && headers['if-none-match'] === etag
    const status = isKnown ? 304 : given.status
    this.asked.push({ method, path: `/${parts.join('/')}`, status })
    const type = typeof given.body === 'string' ? 'text/html' : 'application/json; charset=utf-8'
    response.writeHead(status, { 'content-type': type, etag, ...given.headers }).end(isKnown ? undefined : body)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

function jsonIn(sent: string): unknown {
  try {
    return sent === '' ? undefined : JSON.parse(sent)
  } catch {
    return undefined
  }
}
