import type { DatabaseSync, StatementSync } from 'node:sqlite'

/** What the disk says when it is full, or dying. */
const diskFault = () => Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR' })

export const isDiskFault = (fault: unknown): boolean => (fault as NodeJS.ErrnoException).code === 'ERR_SQLITE_ERROR'

export interface Fault {
  /** The kind of statement that fails. */
  kind: 'BEGIN' | 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE' | 'COMMIT'
  /** How many of the kind succeed before. */
  after: number
  /** Whether SQLite gives up the transaction itself, as it does on a full disk. */
  rollsBack: boolean
}

/** The part of a database that the writer uses, over a real one, with a disk that fails once when told to. */
export class FaultyDatabase {
  readonly #db: DatabaseSync
  #fault: Fault | undefined

  constructor(db: DatabaseSync) {
    this.#db = db
  }

  fail(fault: Fault): void {
    this.#fault = { ...fault }
  }

  heal(): void {
    this.#fault = undefined
  }

  get isTransaction(): boolean {
    return this.#db.isTransaction
  }

  exec(sql: string): void {
    this.#db.exec(sql)
  }

  #strike(sql: string): void {
    const fault = this.#fault
    if (!fault || !sql.startsWith(fault.kind) || fault.after-- > 0) return
    this.heal()
    if (fault.rollsBack && this.#db.isTransaction) this.#db.exec('ROLLBACK')
    throw diskFault()
  }

  prepare(sql: string): StatementSync {
    const statement = this.#db.prepare(sql)
    const struck =
      <Parameters extends unknown[], Result>(call: (...parameters: Parameters) => Result) =>
      (...parameters: Parameters): Result => {
        this.#strike(sql)
        return call.apply(statement, parameters)
      }
    const { run, get, all, iterate } = statement
    const over = { run: struck(run), get: struck(get), all: struck(all), iterate: struck(iterate) }
    // The writer uses no more of a statement than this has.
    return over as unknown as StatementSync
  }
}
