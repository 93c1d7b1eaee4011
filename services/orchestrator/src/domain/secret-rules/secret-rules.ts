import { type Decider, err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import {
  noSecretRules,
  type SecretRuleEvent,
  type SecretRuleRejection,
  secretRulesAfter,
  type SecretRulesView,
} from '@mosaic/contracts/secrets'

type In = { readonly workspaceId: string }
export type SecretRulesCommand =
  | (In & { readonly type: 'AddSecretPattern'; readonly name: string; readonly pattern: string })
  | (In & { readonly type: 'RemoveSecretPattern'; readonly name: string })
  | (In & { readonly type: 'AllowFingerprint'; readonly fingerprint: string; readonly reason: string })
  | (In & { readonly type: 'RevokeFingerprint'; readonly fingerprint: string })
type CommandOf<Type extends SecretRulesCommand['type']> = Extract<SecretRulesCommand, { type: Type }>

type Decision = Result<readonly SecretRuleEvent[], Rejection<SecretRuleRejection>>

/** Each text is looked through for every one of them. */
const mostPatterns = 50
const mostAllowed = 1000
/** Who decides does not look at who said it. */
const nobody = { by: '', at: '' }

/** What people of a workspace hold to be secrets, and what not. Saying again what holds changes nothing. */
export const secretRules: Decider<SecretRulesView, SecretRulesCommand, SecretRuleEvent, SecretRuleRejection> = {
  initialState: noSecretRules,
  decide(command, rules) {
    switch (command.type) {
      case 'AddSecretPattern':
        return add(command, rules)
      case 'RemoveSecretPattern':
        return remove(command, rules)
      case 'AllowFingerprint':
        return allow(command, rules)
      case 'RevokeFingerprint':
        return revoke(command, rules)
    }
  },
  evolve: (rules, event) => secretRulesAfter(rules, event, nobody),
}

function add({ workspaceId, name, pattern }: CommandOf<'AddSecretPattern'>, { patterns }: SecretRulesView): Decision {
  const known = patterns.find((each) => each.name === name)
  if (known?.pattern === pattern) return ok([])
  if (known) {
    const message = `there is a pattern ${name} that says something else: remove it first`
    return err({ code: 'SECRET_PATTERN_EXISTS', message, field: 'name' })
  }
  if (patterns.length >= mostPatterns) return full(`${mostPatterns} patterns`)
  return ok([{ type: 'SecretPatternAdded', data: { workspaceId, name, pattern } }])
}

function remove({ workspaceId, name }: CommandOf<'RemoveSecretPattern'>, { patterns }: SecretRulesView): Decision {
  if (!patterns.some((each) => each.name === name)) return unknown('name', `there is no pattern ${name}`)
  return ok([{ type: 'SecretPatternRemoved', data: { workspaceId, name } }])
}

function allow(command: CommandOf<'AllowFingerprint'>, { allowed }: SecretRulesView): Decision {
  const { type: _, ...data } = command
  if (allowed.some(({ fingerprint }) => fingerprint === data.fingerprint)) return ok([])
  if (allowed.length >= mostAllowed) return full(`${mostAllowed} fingerprints`)
  return ok([{ type: 'SecretFingerprintAllowed', data }])
}

function revoke(command: CommandOf<'RevokeFingerprint'>, { allowed }: SecretRulesView): Decision {
  const { type: _, ...data } = command
  if (!allowed.some(({ fingerprint }) => fingerprint === data.fingerprint))
    return unknown('fingerprint', `${data.fingerprint} is not allowed in this workspace`)
  return ok([{ type: 'SecretFingerprintRevoked', data }])
}

const full = (most: string): Decision => err({ code: 'SECRET_RULES_FULL', message: `there are ${most} already` })
const unknown = (field: string, message: string): Decision => err({ code: 'SECRET_RULE_NOT_FOUND', message, field })
