import { randomUUID } from 'node:crypto'
import { Expected } from '../storage/write-rules.ts'
import { encodeBody, viewRecord } from '../wire/record.ts'
import { Group, type GroupDeps } from './group.ts'
import { doesNotExist, exists, failed } from './refusals.ts'
import type { ChangeRequest, GroupName } from './requests.ts'
import { type GroupConfig, unusable } from './settings.ts'
import { createSource } from './source.ts'
import { STRATEGY_NAMES } from './strategies.ts'

/** Where EventStoreDB keeps the groups, too. */
const CONFIG_STREAM = '$persistentSubscriptionConfig'
const TICK_MS = 100

const keyOf = ({ stream, group }: GroupName) => `${stream}::${group}`

/** All persistent subscriptions of the node. The list of them is an event in the store. */
export class Groups {
  readonly #deps: GroupDeps
  readonly #groups = new Map<string, Group>()
  readonly #timer: NodeJS.Timeout

  constructor(deps: GroupDeps) {
    this.#deps = deps
    this.#load()
    this.#timer = setInterval(() => {
      for (const group of this.#groups.values()) group.tick()
    }, TICK_MS)
    this.#timer.unref()
  }

  #load(): void {
    const view = this.#deps.reader.view(CONFIG_STREAM)
    const [event] = view.status === 'present' ? this.#deps.reader.page(view.id, view.last, 1, true) : []
    if (!event) return
    const { entries } = JSON.parse(Buffer.from(viewRecord(event.record).data).toString('utf8')) as {
      entries: GroupConfig[]
    }
    for (const config of entries) this.#groups.set(keyOf(config), new Group(this.#deps, config))
  }

  async #save(stream: string, group: string): Promise<void> {
    const entries = Array.from(this.#groups.values(), ({ config }) => config)
    const data = Buffer.from(JSON.stringify({ version: '2', entries }))
    const events = [{ id: randomUUID(), body: encodeBody({ type: '$PersistentConfig', isJson: true, data }) }]
    const command = { kind: 'append', stream: CONFIG_STREAM, expected: Expected.ANY, events } as const
    const { outcome } = await this.#deps.writer.write(command)
    if (outcome !== 'written') throw failed(stream, group, 'The configuration could not be written.')
  }

  get(name: GroupName): Group {
    const group = this.#groups.get(keyOf(name))
    if (!group) throw doesNotExist(name.stream, name.group)
    return group
  }

  /** Those of one source, or all; a source without any is refused as the real server does. */
  list(stream: string | undefined): Group[] {
    const groups = [...this.#groups.values()]
    if (stream === undefined) return groups
    const found = groups.filter(({ config }) => config.stream === stream)
    if (found.length === 0) throw doesNotExist(stream, '')
    return found
  }

  #config(request: ChangeRequest): GroupConfig {
    const { stream, group, startFrom, filter } = request
    const { revision: _revision, ...settings } = request.settings
    const reason = unusable(settings, STRATEGY_NAMES)
    if (reason) throw failed(stream, group, reason)
    const config: GroupConfig = { stream, group, startFrom, startedAfter: 0, ...(filter && { filter }), settings }
    config.startedAfter = createSource(this.#deps.reader, this.#deps.tail, config).before(startFrom)
    return config
  }

  async create(request: ChangeRequest): Promise<void> {
    const key = keyOf(request)
    if (this.#groups.has(key)) throw exists(request.stream, request.group)
    this.#groups.set(key, new Group(this.#deps, this.#config(request)))
    await this.#save(request.stream, request.group)
  }

  /** Begins anew with other settings, at the checkpoint where there is one; consumers are dropped. */
  async update(request: ChangeRequest): Promise<void> {
    const old = this.get(request)
    const filter = request.filter ?? old.config.filter
    const config = this.#config({ ...request, filter })
    old.close()
    this.#groups.set(keyOf(request), new Group(this.#deps, config))
    await this.#save(request.stream, request.group)
  }

  async delete(name: GroupName): Promise<void> {
    const group = this.get(name)
    group.close()
    this.#groups.delete(keyOf(name))
    await Promise.all([this.#save(name.stream, name.group), group.parking.remove(), group.checkpoints.remove()])
  }

  /** Drops every consumer and begins anew from the store. */
  restart(): void {
    for (const group of this.#groups.values()) group.close()
    this.#groups.clear()
    this.#load()
  }

  close(): void {
    clearInterval(this.#timer)
  }
}
