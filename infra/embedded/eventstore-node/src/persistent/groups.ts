import { type Change, compile } from './change-request.ts'
import { ConfigStream } from './config-stream.ts'
import { Group, type GroupDeps } from './group.ts'
import { doesNotExist, exists, failed } from './refusals.ts'
import type { GroupName } from './requests.ts'
import { type GroupConfig, unreachable, unusable } from './settings.ts'
import { isStrategy } from './strategies.ts'

/** As often as the real server looks. */
const TICK_MS = 1000

const keyOf = ({ stream, group }: GroupName) => `${stream}::${group}`

/** All persistent subscriptions of the node. */
export class Groups {
  readonly #deps: GroupDeps
  readonly #store: ConfigStream
  /** By name, then by source; a source whose last group is gone is still known. */
  readonly #sources = new Map<string, Map<string, Group>>()
  /** In the order of their creation. */
  #configs: GroupConfig[] = []
  readonly #timer: NodeJS.Timeout

  constructor(deps: GroupDeps) {
    this.#deps = deps
    this.#store = new ConfigStream(deps.reader, deps.writer)
    this.#load()
    this.#timer = setInterval(() => {
      for (const group of this.#all()) group.tick()
    }, TICK_MS)
    this.#timer.unref()
  }

  #all(): Group[] {
    return Array.from(this.#sources.values()).flatMap((groups) => Array.from(groups.values()))
  }

  #load(): void {
    this.#configs = this.#store.load().filter(({ settings }) => isStrategy(settings.strategy) && !unusable(settings))
    for (const config of this.#configs) this.#start(config)
  }

  #start(config: GroupConfig): void {
    const groups = this.#sources.get(config.stream) ?? new Map<string, Group>()
    groups.set(keyOf(config), new Group(this.#deps, config, compile(config.filter)))
    this.#sources.set(config.stream, groups)
  }

  #find(name: GroupName): Group | undefined {
    return this.#sources.get(name.stream)?.get(keyOf(name))
  }

  async #save({ stream, group }: GroupName, user: string): Promise<void> {
    const saved = await this.#store.save(this.#configs, user)
    if (!saved) throw failed(stream, group, 'The configuration could not be written.')
  }

  get(name: GroupName): Group {
    const group = this.#find(name)
    if (!group) throw doesNotExist(name.stream, name.group)
    return group
  }

  /** Those of one source, or all; a source that never had any is refused as the real server does. */
  list(stream: string | undefined): Group[] {
    if (stream === undefined) return this.#all()
    const groups = this.#sources.get(stream)
    if (!groups) throw doesNotExist(stream, '')
    return [...groups.values()]
  }

  #check({ stream, group, startFrom, settings }: GroupConfig): void {
    const { strategy } = settings
    const unknown = isStrategy(strategy) ? undefined : `Consumer strategy ${strategy} does not exist.`
    const reason = unknown ?? unreachable(stream, startFrom, this.#deps.reader.newest())
    if (reason) throw failed(stream, group, reason)
  }

  #checkSizes({ stream, group, settings }: GroupConfig): void {
    const reason = unusable(settings)
    if (reason) throw failed(stream, group, reason)
  }

  async create(config: GroupConfig, user: string): Promise<void> {
    // A filter that is none is found out before anything else.
    compile(config.filter)
    this.#check(config)
    if (this.#find(config)) throw exists(config.stream, config.group)
    this.#checkSizes(config)
    this.#start(config)
    this.#configs.push(config)
    await this.#save(config, user)
  }

  /** Begins anew with other settings, at the checkpoint where there is one; consumers are dropped. */
  async update(change: GroupConfig, user: string): Promise<void> {
    const old = this.get(change)
    this.#check(change)
    this.#checkSizes(change)
    const config = { ...change, filter: old.config.filter }
    old.close()
    this.#start(config)
    this.#configs = this.#configs.map((other) => (other === old.config ? config : other))
    await this.#save(config, user)
  }

  change(change: Change, config: GroupConfig, user: string): Promise<void> {
    return change === 'create' ? this.create(config, user) : this.update(config, user)
  }

  async delete(name: GroupName, user: string): Promise<void> {
    const group = this.get(name)
    group.close()
    this.#sources.get(name.stream)?.delete(keyOf(name))
    this.#configs = this.#configs.filter((config) => config !== group.config)
    await Promise.all([group.checkpoints.remove(), group.parking.remove(), this.#save(name, user)])
  }

  replay(name: GroupName, stopAt: number): void {
    const reason = 'Cannot stop replaying parked message at a negative version.'
    if (stopAt < 0) throw failed(name.stream, name.group, reason)
    this.get(name).replay(stopAt)
  }

  /** Drops every consumer and begins anew from the store. */
  restart(): void {
    for (const group of this.#all()) group.close()
    this.#sources.clear()
    this.#load()
  }

  close(): void {
    clearInterval(this.#timer)
  }
}
