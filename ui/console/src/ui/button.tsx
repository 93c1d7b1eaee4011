import { type JSX, splitProps } from 'solid-js'

type Variant = 'primary' | 'secondary' | 'ghost' | 'danger'

const looks: Record<Variant, string> = {
  primary: 'bg-accent-solid text-white enabled:hover:bg-accent-solid-hover',
  secondary: 'border border-line-strong bg-raised text-ink enabled:hover:bg-hover',
  ghost: 'text-muted enabled:hover:bg-hover enabled:hover:text-ink',
  danger: 'bg-danger-solid text-white enabled:hover:bg-danger-solid-hover',
}

type Props = JSX.ButtonHTMLAttributes<HTMLButtonElement> & { variant?: Variant; size?: 'sm' | 'md' }

export function Button(props: Props) {
  const [own, rest] = splitProps(props, ['variant', 'size', 'class'])
  const size = () => (own.size === 'sm' ? 'h-6 px-2 text-xs' : 'h-8 px-3 text-sm')
  return (
    <button
      type="button"
      {...rest}
      class={`inline-flex shrink-0 items-center justify-center gap-1.5 rounded-sm font-medium whitespace-nowrap transition-colors disabled:opacity-50 ${size()} ${looks[own.variant ?? 'secondary']} ${own.class ?? ''}`}
    />
  )
}

type IconProps = JSX.ButtonHTMLAttributes<HTMLButtonElement> & {
  /** What it does and to whom: its name for people who do not see the icon. */
  label: string
  /** Shown on hover; the label where it is left out. */
  tip?: string
  tone?: 'danger'
}

export function IconButton(props: IconProps) {
  const [own, rest] = splitProps(props, ['label', 'tip', 'tone', 'class'])
  return (
    <button
      type="button"
      aria-label={own.label}
      data-tip={own.tip ?? own.label}
      {...rest}
      class={`inline-flex size-6 shrink-0 items-center justify-center rounded-xs text-faint transition-colors enabled:hover:bg-hover disabled:opacity-40 ${own.tone === 'danger' ? 'enabled:hover:text-failed' : 'enabled:hover:text-ink'} aria-pressed:bg-hover aria-pressed:text-ink ${own.class ?? ''}`}
    />
  )
}
