import { ProblemError } from '@mosaic/client'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { settingsHash } from '@mosaic/contracts/repository'
import { createSignal, For, Show } from 'solid-js'
import { z } from 'zod'
import { useMosaic } from '../app-context.ts'
import { gateway } from '../gateway.ts'
import { sentenceOf } from '../sentence-of.ts'
import { Button } from '../ui/button.tsx'
import { FormError } from '../ui/field.tsx'

const unapproved = z.object({ repository: z.string(), hash: settingsHash, permits: z.array(z.string()) })
export type UnapprovedSettings = z.infer<typeof unapproved>

/** The settings for which a spawn was refused, where that was the reason. */
export function unapprovedIn(error: unknown): UnapprovedSettings | null {
  if (!(error instanceof ProblemError) || error.code !== 'SETTINGS_NOT_APPROVED') return null
  return unapproved.safeParse(error.problem.details).data ?? null
}

/** What a repository's settings would permit, and the button of whoever may decide that. */
export function ApproveSettings(props: { settings: UnapprovedSettings; branch: string; onApproved: () => void }) {
  const { may } = useMosaic()
  const [failure, setFailure] = createSignal<string | null>(null)
  const [sending, setSending] = createSignal(false)

  async function approve(): Promise<void> {
    const { repository, hash } = props.settings
    const branch = props.branch.trim()
    setFailure(null)
    setSending(true)
    try {
      await gateway.call(gatewayRoutes.approveSettings, { body: { repository, hash, ...(branch && { branch }) } })
      props.onApproved()
    } catch (error) {
      setFailure(sentenceOf(error))
    } finally {
      setSending(false)
    }
  }

  return (
    <section
      aria-label="Settings of the repository"
      class="mt-4 rounded-md border border-line bg-raised px-3 py-2.5 text-sm"
    >
      <p>
        The settings of this repository (<code>{props.settings.hash.slice(0, 12)}</code>) are new here. They would:
      </p>
      <ul class="my-2 list-disc pl-5">
        <For each={props.settings.permits}>{(permit) => <li>{permit}</li>}</For>
      </ul>
      <Show when={may(gatewayRoutes.approveSettings)} fallback={<p>An admin has to approve them.</p>}>
        <Button variant="primary" disabled={sending()} onClick={() => void approve()}>
          {sending() ? 'Approving…' : 'Approve and spawn'}
        </Button>
      </Show>
      <FormError sentence={failure()} />
    </section>
  )
}
