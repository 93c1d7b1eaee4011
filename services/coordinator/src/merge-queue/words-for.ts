import type { LandingObstacle } from '@mosaic/contracts/merge-queue'

const mostCharacters = 30_000

/** What an agent is told of why its branch does not land. */
export function wordsFor(into: string, branch: string, obstacle: LandingObstacle | null): string {
  const said = obstacle?.message.slice(0, mostCharacters) ?? 'it could not be landed'
  const todo =
    obstacle?.code === 'MERGE_CONFLICT'
      ? `merge_branch ${into} changes nothing while it conflicts. In those files take what ${into} has first (git show origin/${into}:FILE), commit, merge_branch ${into}, then make your change again on top of that, so that both intents are kept, and commit.`
      : `It was tried on top of what ${into} is now and of what is to land before it. merge_branch ${into}, mend what fails, and commit.`
  return `Your branch ${branch} could not land on ${into}.\n\n${said}\n\n${todo} When you finish, it is tried again.`
}
