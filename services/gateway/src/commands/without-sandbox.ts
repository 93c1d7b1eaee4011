import { mayActAs } from '@mosaic/contracts/operator'
import type { FastifyRequest } from 'fastify'
import { operatorOf } from '../sign-in/authenticate.ts'

export const isAdmin = (request: FastifyRequest): boolean => mayActAs(operatorOf(request).role, 'admin')

/** Without a sandbox an agent has the rights of whoever runs Mosaic. */
export const withoutSandbox = { code: 'FORBIDDEN', message: 'agents without a sandbox are spawned by admins' } as const
