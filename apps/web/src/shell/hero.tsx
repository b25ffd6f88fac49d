/** The rope through three rings, over and under. */
export const Hero = () => (
  <svg className="hero" viewBox="0 0 520 300" fill="none" strokeLinecap="round" aria-hidden="true">
    <g stroke="var(--line-2)" strokeWidth="11">
      <circle cx="96" cy="206" r="40" />
      <circle cx="262" cy="150" r="54" />
      <circle cx="438" cy="84" r="40" />
    </g>
    <path
      d="M-60 236C10 236 40 206 96 206S190 150 262 150 360 84 438 84 540 60 600 60"
      stroke="var(--buoy)"
      strokeWidth="5"
    />
    <g stroke="var(--line-2)" strokeWidth="11">
      <path d="M128.8 182.8A40 40 0 0 1 125 233.5" />
      <path d="M311 127.4A54 54 0 0 1 308.5 178" />
      <path d="M470.8 60.8A40 40 0 0 1 474 101" />
    </g>
  </svg>
)
