import type { Model } from './model.ts'
import { type ModelEvent, OF_NODE, TOMBSTONE } from './model-log.ts'
import { GONE, cutOf, isMeta, ownerOf } from './model-metadata.ts'

interface Link {
  stream: string
  type: string
  data: string
}

type Rule = (event: ModelEvent) => Link | undefined

const linkIn = (stream: string, data: string): Link => ({ stream, type: '$>', data })
const subjectOf = (stream: string) => (isMeta(stream) ? ownerOf(stream) : stream)
const revisionOf = ({ revision }: ModelEvent) => (revision === TOMBSTONE ? '9223372036854775807' : `${revision}`)
const targetOf = (event: ModelEvent) => (event.type === '$>' ? event.data : `${revisionOf(event)}@${event.stream}`)

function categoryOf(stream: string): string | undefined {
  const [category, ...rest] = stream.split('-')
  return rest.length > 0 && category !== '' && !stream.startsWith('$') ? category : undefined
}

function deletesItsStream({ stream, type, data }: ModelEvent): boolean {
  if (type === '$streamDeleted') return !isMeta(stream)
  return type === '$metadata' && isMeta(stream) && cutOf(data).truncateBefore === GONE
}

/** By name, in the order in which the real server creates them. */
const RULES: Record<string, Rule> = {
  $streams: ({ stream, revision }) => (revision === 0 ? linkIn('$streams', `0@${stream}`) : undefined),
  $stream_by_category: ({ stream, revision }) => {
    const category = categoryOf(stream)
    const wanted = revision === 0 && category !== undefined
    return wanted ? { stream: `$category-${category}`, type: '$@', data: stream } : undefined
  },
  $by_category: (event) => {
    const category = categoryOf(deletesItsStream(event) ? subjectOf(event.stream) : event.stream)
    return category === undefined ? undefined : linkIn(`$ce-${category}`, targetOf(event))
  },
  $by_event_type: (event) => {
    if (event.type === '$>') return undefined
    const type = deletesItsStream(event) ? '$deleted' : event.type
    return linkIn(`$et-${type}`, `${revisionOf(event)}@${subjectOf(event.stream)}`)
  },
  $by_correlation_id: (event) => {
    const wanted = event.type !== '$>' && event.correlation !== undefined
    return wanted ? linkIn(`$bc-${event.correlation}`, targetOf(event)) : undefined
  },
}

export const PROJECTIONS: readonly string[] = Object.keys(RULES)

/** Which links must be there. A projection is as far as its index into the list of events. */
export class ModelProjections {
  readonly #model: Model
  readonly #done = new Map<string, number>()
  readonly #running = new Set<string>()

  constructor(model: Model) {
    this.#model = model
  }

  /** Those that run take their turn at the end of every transaction, one after the other. */
  follow(): void {
    for (const name of PROJECTIONS) if (this.#running.has(name)) this.takeOn(name, Infinity)
  }

  /** Takes one on by so many events that are there; true when there are no more. */
  takeOn(name: string, most: number): boolean {
    const { events } = this.#model.log
    const until = events.length
    let [at, left] = [this.#done.get(name) ?? 0, most]
    for (; at < until && left > 0; at++) {
      const event = events[at]!
      if (event.gone) continue
      left--
      const link = subjectOf(event.stream).startsWith('$') ? undefined : RULES[name]!(event)
      if (link) this.#emit(link)
    }
    while (events[at]?.gone) at++
    const all = at >= until
    this.#done.set(name, all ? events.length : at)
    if (all) this.#running.add(name)
    return all
  }

  isRunning(name: string): boolean {
    return this.#running.has(name)
  }

  stop(name: string): void {
    this.#running.delete(name)
  }

  #emit({ stream, type, data }: Link): void {
    const model = this.#model
    const [last, metadata] = [model.log.last(stream), model.log.last(`$$${stream}`)]
    if (last === TOMBSTONE) return
    const deleted = model.softDeleted(stream)
    if (metadata !== TOMBSTONE && (deleted || (last < 0 && metadata < 0))) {
      const open = { $acl: { $r: '$all', $mr: '$all' } }
      model.addMetadata(stream, JSON.stringify(deleted ? { $tb: last + 1, ...open } : open))
    }
    model.add(stream, { id: OF_NODE, type, data, isJson: false, correlation: undefined })
  }
}
