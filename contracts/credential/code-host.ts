import { z } from 'zod'
import { baseUrl } from './base-url.ts'

/** The API that a host of repositories speaks: GitHub's and Gitea's REST, GitLab's (v4). */
export const codeHostKind = z.enum(['github', 'gitea', 'gitlab'])
export type CodeHostKind = z.infer<typeof codeHostKind>

export const codeHostName = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, {
  error: 'expected small letters, digits and hyphens, a letter first, at most 64',
})

/** Where pull requests are opened. A Gitea is always somebody's own: it has no usual address. */
const codeHostSettings = z.strictObject({
  kind: codeHostKind,
  /** Of the API. The maker's own where there is none; an address without a path gets the kind's usual one. */
  baseUrl: baseUrl.optional(),
})

const token = z
  .string()
  .trim()
  .min(1)
  .max(10_000)
  // It becomes a header.
  .regex(/^[\x21-\x7e]+$/, 'expected a token without spaces')

/** What is sealed: a token does not go where it was not meant to go. */
export const codeHostCredential = codeHostSettings.extend({ token })
export type CodeHostCredential = z.infer<typeof codeHostCredential>

export const addCodeHost = codeHostCredential
  .extend({ name: codeHostName })
  .refine(({ kind, baseUrl: address }) => kind !== 'gitea' || address !== undefined, {
    path: ['baseUrl'],
    message: 'expected the address of the Gitea',
  })

export const testCodeHost = z.strictObject({})

/** As a person sees it. */
export const codeHostView = z.object({
  name: codeHostName,
  kind: codeHostKind,
  /** Of its API; `null` where the credential cannot be opened. */
  apiUrl: z.string().nullable(),
  /** Whose repositories it is for, as their addresses name it. */
  host: z.string().nullable(),
  maskedToken: z.string().nullable(),
  /** Why it cannot be used. */
  problem: z.string().nullable(),
})
export type CodeHostView = z.infer<typeof codeHostView>

/** Whom the host takes the token's owner for. */
export const codeHostTest = z.object({ name: codeHostName, user: z.string(), durationMs: z.number() })
export type CodeHostTest = z.infer<typeof codeHostTest>
