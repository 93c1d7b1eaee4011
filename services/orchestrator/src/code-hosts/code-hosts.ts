import { type CodeHostCredential, codeHostCredential, type CodeHostKind } from '@mosaic/contracts/credential'
import type { RejectionCode } from '@mosaic/contracts/http'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { CredentialFault, type Envelope } from '@mosaic/credentials'
import { ownSecrets } from '@mosaic/runtime'
import { LRUCache } from 'lru-cache'
import { type CodeHostApi, CodeHostFault, type HostedRepository, type Place } from './contract.ts'
import type { Answers } from './host-client.ts'
import { kinds } from './kinds.ts'
import { isAt, originOf, placeOf } from './place-of.ts'

/** With a `problem` it cannot be asked. */
export type CodeHost = {
  readonly name: string
  readonly kind: CodeHostKind
  readonly problem: string | null
  /** `null` where the credential does not open. */
  readonly credential: CodeHostCredential | null
}

/** A repository at a host, and by which of them it is asked. */
export type Hosted = {
  readonly host: CodeHost
  readonly place: Place
  readonly repository: HostedRepository
}

const kind = 'code-host'
const mostAnswers = 1000

/** The hosts that people have added. Nothing is remembered of them between two questions but what they have answered. */
export class CodeHosts {
  readonly #envelope: Envelope
  readonly #answers: Answers = new LRUCache({ max: mostAnswers })

  constructor(envelope: Envelope) {
    this.#envelope = envelope
  }

  all(): CodeHost[] {
    return this.#envelope.names(kind).map((name) => this.#open(name))
  }

  find(name: string): CodeHost | undefined {
    return this.#envelope.names(kind).includes(name) ? this.#open(name) : undefined
  }

  /** Takes effect when the draft is committed. */
  put(name: string, credential: CodeHostCredential) {
    return this.#envelope.put({ kind, name }, credential)
  }

  remove(name: string) {
    return this.#envelope.remove({ kind, name })
  }

  /** The repository of an origin's address, at the host that was added for it. */
  repositoryAt(address: string): Result<Hosted, Rejection<RejectionCode>> {
    const origin = originOf(address)
    if (!origin)
      return refused('the repository is a folder: pull requests are opened at the host of an https or ssh address')
    const host = this.all().find(({ credential }) => credential && isAt(origin, gitHostOf(credential)))
    if (!host?.credential) {
      const broken = this.all().find(({ problem }) => problem !== null)
      const why = broken ? `; ${broken.name} cannot be opened: ${broken.problem}` : ''
      return refused(`there is no code host for ${origin.host}: mosaic host add NAME --kind github|gitea|gitlab${why}`)
    }
    const api = new URL(apiUrlOf(host.credential))
    const { prefix } = kinds[host.kind]
    const below = api.pathname.endsWith(prefix) ? api.pathname.slice(0, -prefix.length) : ''
    const place = placeOf(origin, below)
    if (!place) return refused(`${origin.path} is no OWNER/NAME of ${host.name}`)
    return ok({ host, place, repository: this.connect(host.credential).at(place) })
  }

  connect(credential: CodeHostCredential): CodeHostApi {
    const { headers, paging, connect } = kinds[credential.kind]
    return connect({
      apiUrl: apiUrlOf(credential),
      headers: headers(credential.token),
      paging,
      answers: this.#answers,
    })
  }

  #open(name: string): CodeHost {
    try {
      const credential = codeHostCredential.parse(this.#envelope.open({ kind, name }))
      ownSecrets.add(credential.token)
      return { name, kind: credential.kind, problem: null, credential }
    } catch (error) {
      if (!(error instanceof CredentialFault)) throw error
      return { name, kind: 'github', problem: error.message, credential: null }
    }
  }
}

/** Without a path it is the kind's usual one; nothing of a query stays. */
export function apiUrlOf({ kind: of, baseUrl }: Pick<CodeHostCredential, 'kind' | 'baseUrl'>): string {
  const { apiUrl, prefix } = kinds[of]
  if (baseUrl === undefined) {
    if (apiUrl === undefined) throw new Error(`a ${of} has no usual address`)
    return apiUrl
  }
  const { origin, pathname } = new URL(baseUrl)
  const path = pathname.replace(/\/+$/, '')
  if (path !== '') return origin + path
  return origin === apiUrl ? origin : origin + prefix
}

export const gitHostOf = (credential: Pick<CodeHostCredential, 'kind' | 'baseUrl'>): string =>
  kinds[credential.kind].gitHost(new URL(apiUrlOf(credential)))

const refused = (message: string) => err({ code: 'CODE_HOST_NOT_CONFIGURED', message } as const)

const codes = {
  REFUSED: 'CODE_HOST_REFUSED',
  NOT_FOUND: 'REPOSITORY_NOT_FOUND',
  INVALID: 'PULL_REQUEST_INVALID',
  UNAVAILABLE: 'CODE_HOST_UNAVAILABLE',
  LIMITED: 'CODE_HOST_LIMITED',
  NOT_UNDERSTOOD: 'CODE_HOST_NOT_UNDERSTOOD',
} as const satisfies Record<CodeHostFault['code'], RejectionCode>

/** What a host did not do, to whoever asked for it. @throws what is no fault of a host */
export function refusalOfHost(fault: unknown, name: string): Rejection<RejectionCode> {
  if (!(fault instanceof CodeHostFault)) throw fault
  const { code, message, retryAfterMs } = fault
  const details = retryAfterMs === undefined ? {} : { details: { retryAfterSeconds: Math.ceil(retryAfterMs / 1000) } }
  return { code: codes[code], message: `${name} ${message}`, ...details }
}
