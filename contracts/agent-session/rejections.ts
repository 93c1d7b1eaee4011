/** Refusals of the agent-session decider. */
export const agentSessionRejections = [
  'SESSION_NOT_FOUND',
  'SESSION_ALREADY_EXISTS',
  'SESSION_ENDED',
  /** It is alive, or has not given back yet what it held: only what is over can be continued. */
  'SESSION_NOT_OVER',
  /** Another session goes on where it ended. */
  'SESSION_CONTINUED',
  'SESSION_BEING_KILLED',
  'SESSION_NOT_PAUSED',
  'SESSION_ALREADY_PAUSED',
  /** One agent more would be too many: `details` say of what, how many there may be, and what setting says so. */
  'SPAWN_LIMIT_REACHED',
  /** It does not wait for its model. */
  'MODEL_NOT_AWAITED',
  /** Nothing of that id waits in this session. */
  'APPROVAL_NOT_FOUND',
  /** Somebody was faster, or its time is up. */
  'APPROVAL_DECIDED',
  /** What was shown is not what waits. */
  'APPROVAL_DIGEST_MISMATCH',
  /** Only who has taken control of its terminal types there. */
  'TERMINAL_NOT_HELD',
  /** Nobody runs its terminal now: it has not begun, or has ended. */
  'TERMINAL_NOT_THERE',
  /** More was typed than its programs have read. */
  'TERMINAL_BUSY',
  /** What runs the session has no such control. */
  'CONTROL_NOT_SUPPORTED',
  /** Somebody else runs the session, or has claimed it since. */
  'SESSION_TAKEN_OVER',
  /** What is reported cannot have happened now: it has been reported already, or what comes before it has not. */
  'SESSION_STEP_OUT_OF_ORDER',
] as const
export type AgentSessionRejection = (typeof agentSessionRejections)[number]
