import { z } from 'zod'

/** From seeing everything and changing nothing to changing everything: who holds one may do what those before it may. */
export const role = z.enum(['observer', 'operator', 'admin'])
export type Role = z.infer<typeof role>

export const mayActAs = (held: Role, needed: Role): boolean =>
  role.options.indexOf(held) >= role.options.indexOf(needed)
