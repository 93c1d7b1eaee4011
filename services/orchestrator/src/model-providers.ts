import {
  type ModelProviderCredential,
  modelProviderCredential,
  type ModelProviderView,
} from '@mosaic/contracts/credential'
import { CredentialFault, type Envelope } from '@mosaic/credentials'
import { ownSecrets } from '@mosaic/runtime'
import type { Configuration } from './configuration.ts'

/** Who answers model calls. With a `problem` it cannot be asked. */
export type ModelProvider = ModelProviderCredential &
  Pick<ModelProviderView, 'source' | 'problem'> & { readonly name: string }

const kind = 'model'
/** As the environment's is called, and which is asked where none is named. */
const usualName = 'anthropic'

/**
 * The model providers that people have added, and the one that the environment names. Nothing is remembered between two
 * questions: what was added, changed or removed counts from the next one on. @throws CredentialFault
 */
export class ModelProviders {
  readonly #envelope: Envelope
  readonly #environment: ModelProvider | undefined

  constructor(config: Configuration, envelope: Envelope) {
    this.#envelope = envelope
    this.#environment = inEnvironment(config)
  }

  all(): ModelProvider[] {
    const added = this.#envelope.names(kind).map((name) => this.#open(name))
    const environment = this.#environment
    const hidden = environment === undefined || added.some(({ name }) => name === environment.name)
    return hidden ? added : [...added, environment]
  }

  find(name: string): ModelProvider | undefined {
    return this.all().find((provider) => provider.name === name)
  }

  /** Who is asked where no provider is named: `anthropic`, or the only one there is. */
  usual(): ModelProvider | undefined {
    const all = this.all()
    return all.find(({ name }) => name === usualName) ?? (all.length === 1 ? all[0] : undefined)
  }

  /** Whether it was added; the environment's cannot be removed. */
  isAdded(name: string): boolean {
    return this.#envelope.names(kind).includes(name)
  }

  /** Takes effect when the draft is committed. */
  put(name: string, credential: ModelProviderCredential) {
    return this.#envelope.put({ kind, name }, credential)
  }

  remove(name: string) {
    return this.#envelope.remove({ kind, name })
  }

  #open(name: string): ModelProvider {
    try {
      const credential = modelProviderCredential.parse(this.#envelope.open({ kind, name }))
      if (credential.apiKey) ownSecrets.add(credential.apiKey)
      return { ...credential, name, source: 'added', problem: null }
    } catch (error) {
      if (!(error instanceof CredentialFault)) throw error
      return { dialect: 'anthropic', apiKey: null, name, source: 'added', problem: error.message }
    }
  }
}

function inEnvironment(config: Configuration): ModelProvider | undefined {
  const { ANTHROPIC_API_KEY: apiKey = null, ANTHROPIC_BASE_URL: baseUrl } = config
  if (apiKey === null && baseUrl === undefined) return undefined
  return { dialect: 'anthropic', name: usualName, source: 'environment', apiKey, baseUrl, problem: null }
}
