const nobody: ReadonlySet<string> = new Set()

/** Ids by the group that they are in. */
export class Groups {
  readonly #ids = new Map<string, Set<string>>()
  #size = 0

  /** Of all groups. */
  get size(): number {
    return this.#size
  }

  groups(): Iterable<string> {
    return this.#ids.keys()
  }

  of(group: string): ReadonlySet<string> {
    return this.#ids.get(group) ?? nobody
  }

  add(group: string, id: string): void {
    const ids = this.#ids.get(group)
    if (ids?.has(id)) return
    this.#size += 1
    if (ids) ids.add(id)
    else this.#ids.set(group, new Set([id]))
  }

  delete(group: string, id: string): void {
    const ids = this.#ids.get(group)
    if (!ids?.delete(id)) return
    this.#size -= 1
    if (ids.size === 0) this.#ids.delete(group)
  }
}
