import { ModelFault } from '../contract.ts'
import { LastMinute } from './last-minute.ts'
import type { Share } from './share-of.ts'

/** Why no call may begin now, and how long it will be so at least; for places that are taken nobody knows. */
type Hindrance = { readonly words: string; readonly waitMs: number | undefined }

/** Who would wait for longer is told, as by a server that limits us: it becomes a fact, and another model may be asked. */
const longestWaitMs = 10_000

/** How much one provider is asked at once and within a minute, by whomever. Who waits is let in in the order of asking. */
export class ProviderLimit {
  readonly #provider: string
  #limits: Share = {}
  #running = 0
  readonly #requests = new LastMinute()
  readonly #tokens = new LastMinute()
  #line: (() => void)[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(provider: string) {
    this.#provider = provider
  }

  /** Begins a call. @throws ModelFault where it would have to wait for long; the signal's reason when it is aborted */
  async enter(limits: Share, signal: AbortSignal): Promise<void> {
    this.#limits = limits
    signal.throwIfAborted()
    const hindrance = this.#hindrance()
    if (hindrance?.waitMs !== undefined && hindrance.waitMs > longestWaitMs) throw this.#fault(hindrance)
    if (hindrance || this.#line.length > 0) await this.#wait(signal)
    else this.#begin()
  }

  /** @param tokens What the call took, where that was counted. */
  leave(tokens: number): void {
    this.#running -= 1
    this.#tokens.add(tokens)
    this.#letIn()
  }

  #begin(): void {
    this.#running += 1
    this.#requests.add(1)
  }

  #wait(signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const stop = () => reject(signal.reason)
    const timer = setTimeout(() => reject(this.#fault(this.#hindrance())), longestWaitMs)
    this.#line.push(resolve)
    signal.addEventListener('abort', stop)
    this.#letIn()
    return promise.finally(() => {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      this.#line = this.#line.filter((one) => one !== resolve)
      this.#letIn()
    })
  }

  #letIn(): void {
    clearTimeout(this.#timer)
    for (let hindrance = this.#hindrance(); this.#line.length > 0; hindrance = this.#hindrance()) {
      if (hindrance) {
        if (hindrance.waitMs !== undefined) this.#timer = setTimeout(() => this.#letIn(), hindrance.waitMs)
        return
      }
      this.#begin()
      this.#line.shift()?.()
    }
  }

  #hindrance(): Hindrance | undefined {
    const { concurrency, requestsPerMinute, tokensPerMinute } = this.#limits
    if (concurrency !== undefined && this.#running >= concurrency) {
      return { words: `${concurrency} calls at a time`, waitMs: undefined }
    }
    const requests = requestsPerMinute === undefined ? 0 : this.#requests.untilLessThan(requestsPerMinute)
    if (requests > 0) return { words: `${requestsPerMinute} requests a minute`, waitMs: requests }
    const tokens = tokensPerMinute === undefined ? 0 : this.#tokens.untilLessThan(tokensPerMinute)
    return tokens > 0 ? { words: `${tokensPerMinute} tokens a minute`, waitMs: tokens } : undefined
  }

  #fault(hindrance: Hindrance | undefined): ModelFault {
    const limit = hindrance ? `its limit of ${hindrance.words}` : 'who waits longer'
    const { among = 1 } = this.#limits
    const share = among > 1 ? `as the share of one of ${among} orchestrators` : 'set here'
    const message = `${this.#provider} is asked no more for now: ${limit}, ${share}, is reached`
    return new ModelFault('RATE_LIMITED', message, { retryAfterMs: hindrance?.waitMs })
  }
}
