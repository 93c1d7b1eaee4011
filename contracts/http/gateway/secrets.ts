import {
  addSecretPattern,
  allowFingerprint,
  removeSecretPattern,
  revokeFingerprint,
  secretRulesView,
} from '../../secrets/index.ts'
import { route } from '../route.ts'
import { changeAnswer } from '../shapes.ts'
import { missionControl } from './paths.ts'

export const secretRoutes = {
  secretRules: route({
    method: 'GET',
    path: `${missionControl}/secrets`,
    role: 'operator',
    summary: 'Patterns of secrets that are a workspace’s own, and what is allowed though it looks like one',
    answer: secretRulesView,
  }),
  /** What is a secret, and what is none, in all of a workspace: not for guests to decide. */
  addSecretPattern: route({
    method: 'POST',
    path: `${missionControl}/secrets/patterns`,
    role: 'admin',
    summary: 'Cover what a pattern finds, and let it not be committed',
    body: addSecretPattern,
    answer: changeAnswer,
    status: 202,
  }),
  removeSecretPattern: route({
    method: 'POST',
    path: `${missionControl}/secrets/patterns/remove`,
    role: 'admin',
    summary: 'Look for a pattern no more',
    body: removeSecretPattern,
    answer: changeAnswer,
    status: 202,
  }),
  allowFingerprint: route({
    method: 'POST',
    path: `${missionControl}/secrets/allow`,
    role: 'admin',
    summary: 'Let what has a fingerprint be shown and committed in all of a workspace',
    body: allowFingerprint,
    answer: changeAnswer,
    status: 202,
  }),
  revokeFingerprint: route({
    method: 'POST',
    path: `${missionControl}/secrets/revoke`,
    role: 'admin',
    summary: 'Take back that what has a fingerprint is no secret',
    body: revokeFingerprint,
    answer: changeAnswer,
    status: 202,
  }),
} as const
