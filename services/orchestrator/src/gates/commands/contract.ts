import type { MechanicalGate } from '@mosaic/contracts/quality'

export type GateCommand = {
  /** For `sh -c`, in the working folder. */
  readonly run: string
  readonly minutes: number
  /** The file that states it. */
  readonly from: string
  /** The base has none, so that the change's own is taken. */
  readonly isOfChange: boolean
  /** Where it writes what is covered, below the working folder. */
  readonly report?: string
}
export type GateCommands = Readonly<Partial<Record<MechanicalGate, GateCommand>>>

/** What a file says can be run, by gate. */
export type Stated = Readonly<Partial<Record<MechanicalGate, Pick<GateCommand, 'run' | 'from' | 'report'>>>>

/** Files of the working folder of one commit; what is larger than is usual is left out. */
export type WorkFolder = { readonly names: ReadonlySet<string>; read(name: string): string | undefined }
export type FindStated = {
  readonly reads: readonly string[]
  /** Where one of `reads` is there, files of these names are read as well, in whatever folder below. */
  readonly alsoReads?: RegExp
  find(folder: WorkFolder): Stated
}
