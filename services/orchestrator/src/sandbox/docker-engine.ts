import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A Docker Engine, as its API is reached. */
export type DockerEngine =
  | { readonly socketPath: string }
  | { readonly host: string; readonly port: number; readonly tls?: EngineTls }

/** In PEM form: whose engine is trusted, and as whom we come. */
type EngineTls = { readonly ca: string; readonly cert: string; readonly key: string }

type Variables = {
  readonly DOCKER_HOST?: string | undefined
  readonly DOCKER_TLS_VERIFY?: string | undefined
  readonly DOCKER_CERT_PATH?: string | undefined
  readonly HOME: string
}

/**
 * The engine that the variables of Docker's own client name (`DOCKER_HOST` as `unix:///path` or `tcp://host:port`); without
 * them the usual one of this machine. @throws when the certificates cannot be read
 */
export function dockerEngineOf(variables: Variables): DockerEngine {
  const { DOCKER_HOST, DOCKER_TLS_VERIFY, HOME } = variables
  if (!DOCKER_HOST) {
    const desktop = join(HOME, '.docker/run/docker.sock')
    return { socketPath: existsSync(desktop) ? desktop : '/var/run/docker.sock' }
  }
  const url = new URL(DOCKER_HOST)
  if (url.protocol === 'unix:') return { socketPath: url.pathname }
  const host = url.hostname.replaceAll(/^\[|\]$/g, '')
  if (!DOCKER_TLS_VERIFY) return { host, port: Number(url.port || 2375) }
  const folder = variables.DOCKER_CERT_PATH || join(HOME, '.docker')
  const [ca, cert, key] = ['ca', 'cert', 'key'].map((name) => pem(join(folder, `${name}.pem`))) as [
    string,
    string,
    string,
  ]
  return { host, port: Number(url.port || 2376), tls: { ca, cert, key } }
}

function pem(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new Error(`DOCKER_CERT_PATH: ${file} cannot be read, and DOCKER_TLS_VERIFY is set`, { cause })
  }
}
