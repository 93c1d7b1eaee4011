import { z } from 'zod'
import { timestamp } from '../../kernel/index.ts'
import { operatorView, role } from '../../operator/index.ts'
import { route } from '../route.ts'

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
  signOut: route({
    method: 'DELETE',
    path: '/api/sign-in',
    role: 'observer',
    summary: 'Sign out',
    answer: z.null(),
    status: 204,
  }),
} as const
