import type { DatabaseSync, StatementSync } from 'node:sqlite'

/** What the disk says when it is full, or dying. */
const diskFault = () => Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR' })

/**
 * The part of a database that the writer uses, over a real one, with a disk that fails when told to: at the n-th
 * statement from now, or at the commit.
 */
export class FaultyDatabase {
  readonly #db: DatabaseSync
  #failAfter = Number.POSITIVE_INFINITY
  #failCommit = false

  constructor(db: DatabaseSync) {
    this.#db = db
  }

  failStatement(after: number): void {
    this.#failAfter = after
  }

  failCommit(): void {
    this.#failCommit = true
  }

  get isTransaction(): boolean {
    return this.#db.isTransaction
  }

  exec(sql: string): void {
    if (sql === 'ROLLBACK') this.#failAfter = Number.POSITIVE_INFINITY
    this.#db.exec(sql)
  }

  /** Whether the next run of a statement fails; undefined for one that never does. */
  #failure(sql: string): (() => boolean) | undefined {
    if (sql.startsWith('INSERT')) return () => this.#failAfter-- <= 0
    if (sql !== 'COMMIT') return undefined
    return () => {
      const fails = this.#failCommit
      this.#failCommit = false
      return fails
    }
  }

  prepare(sql: string): StatementSync {
    const statement = this.#db.prepare(sql)
    const fail = this.#failure(sql)
    if (!fail) return statement
    return new Proxy(statement, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target)
        if (typeof member !== 'function') return member
        return (...parameters: unknown[]): unknown => {
          if (name === 'run' && fail()) throw diskFault()
          return Reflect.apply(member, target, parameters)
        }
      },
    })
  }
}
