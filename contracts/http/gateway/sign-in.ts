import { z } from 'zod'
import { timestamp } from '../../kernel/index.ts'
import { operatorView, role } from '../../operator/index.ts'
import { route } from '../route.ts'

/** Somebody who came, or may still come, by a link of their own. */
const guest = operatorView.pick({ operatorId: true, name: true, role: true }).extend({
  /** When the newest session was opened; `null` while nobody has used the link. */
  signedInAt: timestamp.nullable(),
  lastUsedAt: timestamp.nullable(),
})
export type Guest = z.infer<typeof guest>

export const signInRoutes = {
  createSignInLink: route({
    method: 'POST',
    path: '/api/sign-in/links',
    role: 'admin',
    summary: 'A new one-time sign-in link (needs an API token)',
    body: z.strictObject({
      role: role.default('admin'),
      /** Who is invited. Without a name and as admin, the link is the local operator's own. */
      name: z.string().trim().min(1).max(200).optional(),
    }),
    answer: z.object({ url: z.string(), expiresAt: timestamp }),
    status: 201,
  }),
  signIn: route({
    method: 'POST',
    path: '/api/sign-in',
    role: 'public',
    summary: "Trade a link's token for a session cookie",
    body: z.strictObject({ token: z.string().min(1).max(200) }),
    answer: operatorView,
  }),
  me: route({
    method: 'GET',
    path: '/api/sign-in',
    role: 'observer',
    summary: 'Who is signed in',
    answer: operatorView,
  }),
  guests: route({
    method: 'GET',
    path: '/api/sign-in/guests',
    role: 'admin',
    summary: 'Guests who are signed in or hold a link',
    answer: z.object({ items: z.array(guest) }),
  }),
  revokeGuest: route({
    method: 'DELETE',
    path: '/api/sign-in/guests/:operatorId',
    role: 'admin',
    summary: "End a guest's sessions and links; what is open to them closes at once",
    params: z.object({ operatorId: z.string().min(1).max(200) }),
    answer: z.null(),
    status: 204,
  }),
  signOut: route({
    method: 'DELETE',
    path: '/api/sign-in',
    role: 'observer',
    summary: 'Sign out',
    answer: z.null(),
    status: 204,
  }),
} as const
