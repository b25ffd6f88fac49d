import { type IconName, iconPaths } from './icon-paths.ts'

interface IconProps {
  readonly name: IconName
  readonly size?: 'sm' | 'md' | 'lg'
  readonly className?: string
}

/** A shape beside a word; on its own it says nothing to a screen reader, so whatever holds it needs a name. */
export function Icon({ name, size = 'md', className = '' }: IconProps) {
  return (
    <svg className={`i ${size === 'md' ? '' : size} ${className}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={iconPaths[name]} />
    </svg>
  )
}
