import { type ComponentProps, createContext, type ReactNode, useContext, useId } from 'react'
import { Icon } from './icon.tsx'

interface FieldProps {
  readonly label: ReactNode
  readonly hint?: ReactNode
  /** What is wrong and how to put it right; empty while nothing is. */
  readonly error?: ReactNode
  /** Beside the label, to its end: an optional mark, a link. */
  readonly aside?: ReactNode
  readonly children: ReactNode
}

interface FieldIds {
  readonly id: string
  readonly isWrong: boolean
  readonly describedBy: string | undefined
}
const FieldContext = createContext<FieldIds | null>(null)

/** Label above, the control, then the hint or what is wrong. The control inside finds its name and state here. */
export function Field({ label, hint, error, aside, children }: FieldProps) {
  const id = useId()
  const isWrong = Boolean(error)
  const describedBy = [isWrong && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ') || undefined
  return (
    <div className="f">
      <span className="flex items-baseline justify-between gap-2">
        <label className="lab" htmlFor={id}>
          {label}
        </label>
        {aside}
      </span>
      <FieldContext value={{ id, isWrong, describedBy }}>{children}</FieldContext>
      {isWrong && (
        <span className="err" id={`${id}-error`} role="alert">
          <Icon name="x" size="sm" />
          <span>{error}</span>
        </span>
      )}
      {hint && (
        <span className="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
    </div>
  )
}

/** What a control takes over from the field around it. */
function useFieldProps(): { id?: string; 'aria-invalid'?: true; 'aria-describedby'?: string } {
  const field = useContext(FieldContext)
  if (!field) return {}
  return {
    id: field.id,
    ...(field.isWrong && { 'aria-invalid': true }),
    ...(field.describedBy && { 'aria-describedby': field.describedBy }),
  }
}

interface Sized {
  readonly big?: boolean
}
const inputClass = (big: boolean | undefined, more = ''): string => `in ${big ? 'lg' : ''} ${more}`

export function Input({ big, className, ...props }: ComponentProps<'input'> & Sized) {
  return <input {...useFieldProps()} {...props} className={inputClass(big, className)} />
}

export function Textarea({ className, ...props }: ComponentProps<'textarea'>) {
  return <textarea {...useFieldProps()} {...props} className={inputClass(false, className)} />
}

/** The system's own list: best on a phone, and known to everyone. Give it `<option>`s. */
export function Select({ big, className, ...props }: ComponentProps<'select'> & Sized) {
  return <select {...useFieldProps()} {...props} className={inputClass(big, className)} />
}

interface SearchProps extends ComponentProps<'input'> {
  readonly label: string
  /** The key that brings you here, shown at the end. */
  readonly shortcut?: string
}

/** A search box; Escape empties it. */
export function Search({ label, shortcut, className = '', ...props }: SearchProps) {
  return (
    <span className={`search ${className}`}>
      <Icon name="search" />
      <input type="search" className="in" aria-label={label} placeholder={label} {...props} />
      {shortcut && <kbd>{shortcut}</kbd>}
    </span>
  )
}
