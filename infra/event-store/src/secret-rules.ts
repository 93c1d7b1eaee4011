import {
  noSecretRules,
  type SecretRuleEvent,
  secretRuleEvents,
  secretRulesAfter,
  secretRulesStream,
  type SecretRulesView,
} from '@mosaic/contracts/secrets'
import { compilePattern, type CustomPattern, PatternError, type SecretRules } from '@mosaic/redaction'
import type { Logger } from '@mosaic/runtime'
import { StoreUnavailableError, withinTime } from './errors.ts'
import type { EventStore, LogEvent } from './types.ts'

type Reads = Pick<EventStore, 'readStream' | 'subscribeAll'>

const isRule = (event: LogEvent): event is LogEvent & SecretRuleEvent => Object.hasOwn(secretRuleEvents, event.type)

/** What people of a workspace have said of secrets up to now. */
export async function secretRulesOf(
  store: Pick<EventStore, 'readStream'>,
  workspaceId: string,
): Promise<SecretRulesView> {
  let rules = noSecretRules
  for await (const item of store.readStream(secretRulesStream.of(workspaceId))) {
    if (item.kind !== 'event' || !isRule(item.event)) continue
    const { actor, occurredAt } = item.event.metadata
    rules = secretRulesAfter(rules, item.event, { by: actor.name ?? actor.id, at: occurredAt })
  }
  return rules
}

/** A busy machine's store answers within this; of one that is away it is heard sooner. */
const answerMs = 10_000

/** Nobody need be there who is told that it failed. */
function waiting(): PromiseWithResolvers<void> {
  const resolvers = Promise.withResolvers<void>()
  resolvers.promise.catch(() => undefined)
  return resolvers
}

/** One that this program takes no more covers nothing, and the rest goes on: whoever runs it has to hear of that. */
function compiled(rules: SecretRulesView['patterns'], complain: (name: string, fault: PatternError) => void) {
  return rules.flatMap((rule): CustomPattern[] => {
    try {
      return [compilePattern(rule)]
    } catch (fault) {
      if (!(fault instanceof PatternError)) throw fault
      complain(rule.name, fault)
      return []
    }
  })
}

/**
 * Keeps the rules of the workspaces that somebody writes in as the log has them. A workspace's are read before the first
 * event of it is written, and again after each change and after each time that the store was away.
 */
export class FollowedSecretRules {
  readonly #store: Reads
  readonly #rules: SecretRules
  readonly #logger: Logger | undefined
  readonly #stopping = new AbortController()
  readonly #known = new Set<string>()
  readonly #loading = new Map<string, Promise<void>>()
  /** Resolves once changes are heard of. */
  #followed = waiting()
  #changes = 0
  #isFollowing = false

  constructor(store: Reads, rules: SecretRules, logger?: Logger) {
    this.#store = store
    this.#rules = rules
    this.#logger = logger
  }

  /** Undefined where they are known. @throws StoreUnavailableError */
  ready(workspaceId: string): Promise<void> | undefined {
    if (this.#known.has(workspaceId)) return undefined
    if (!this.#isFollowing) void this.#follow()
    this.#isFollowing = true
    return this.#load(workspaceId)
  }

  #load(workspaceId: string): Promise<void> {
    const loading =
      this.#loading.get(workspaceId) ?? this.#read(workspaceId).finally(() => this.#loading.delete(workspaceId))
    this.#loading.set(workspaceId, loading)
    return loading
  }

  async #read(workspaceId: string): Promise<void> {
    await withinTime(this.#followed.promise, answerMs)
    let [before, rules] = [this.#changes, noSecretRules]
    // What is said meanwhile may not be in what was read.
    do {
      before = this.#changes
      rules = await secretRulesOf(this.#store, workspaceId)
    } while (this.#changes !== before)
    const allowed = new Set(rules.allowed.map(({ fingerprint }) => fingerprint))
    const complain = (pattern: string, err: PatternError) =>
      this.#logger?.error({ workspaceId, pattern, err }, 'a pattern for secrets cannot be used: it covers nothing')
    this.#rules.set(workspaceId, { patterns: compiled(rules.patterns, complain), allowed })
    this.#known.add(workspaceId)
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stopping
    const filter = { streamPrefixes: [`${secretRulesStream.category}-`] }
    const onDisconnect = (cause: Error) => {
      this.#forget()
      this.#followed.reject(new StoreUnavailableError('the event store went away', { cause }))
      this.#followed = waiting()
    }
    for await (const item of this.#store.subscribeAll({ after: 'end', filter, signal, onDisconnect })) {
      if (item.kind === 'caught-up') {
        this.#forget()
        this.#followed.resolve()
      } else if (item.kind === 'event' && isRule(item.event)) this.#changed(item.event.data.workspaceId)
    }
  }

  #forget(): void {
    this.#changes += 1
    this.#known.clear()
  }

  /** Nobody may write for long who still looks for what is covered by them. */
  #changed(workspaceId: string): void {
    this.#changes += 1
    if (!this.#known.delete(workspaceId)) return
    // Who writes next tries again, and is told.
    this.#load(workspaceId).catch(() => undefined)
  }

  close(): void {
    this.#stopping.abort()
  }
}
