/** Mosaic's mark: four tiles that fit. */
export function Mark(props: { size: number }) {
  return (
    <svg viewBox="0 0 24 24" width={props.size} height={props.size} aria-hidden="true" class="shrink-0 text-accent">
      <rect x="2" y="2" width="9" height="9" rx="2" fill="currentColor" />
      <rect x="13" y="2" width="9" height="5" rx="2" fill="currentColor" opacity="0.6" />
      <rect x="13" y="9" width="9" height="13" rx="2" fill="currentColor" />
      <rect x="2" y="13" width="9" height="9" rx="2" fill="currentColor" opacity="0.6" />
    </svg>
  )
}
