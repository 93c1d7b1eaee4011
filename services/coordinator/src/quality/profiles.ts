import { type MechanicalGate, mechanicalGate, type QualityProfile } from '@mosaic/contracts/quality'

/** What a change has to pass: programs of its repository, and whether a reviewer has to agree. */
export type Asked = { readonly mechanical: readonly MechanicalGate[]; readonly review: boolean }

export const askedBy: Readonly<Record<QualityProfile, Asked>> = {
  minimal: { mechanical: ['tests'], review: false },
  standard: { mechanical: ['lint', 'tests'], review: false },
  strict: { mechanical: mechanicalGate.options, review: true },
}
