/** What a key press is called here: `c`, `shift+t`, `mod+k`, `mod+shift+enter`, `?`. `mod` is Ctrl, or ⌘ on a Mac. */
export function keystrokeOf(event: KeyboardEvent): string {
  const key = event.key.toLowerCase()
  // Shift that only made another character, such as ?, is part of that character.
  const isShiftTold = event.shiftKey && (key.length > 1 || /\p{L}/u.test(key))
  return [
    (event.ctrlKey || event.metaKey) && 'mod',
    event.altKey && 'alt',
    isShiftTold && 'shift',
    key === ' ' ? 'space' : key,
  ]
    .filter(Boolean)
    .join('+')
}

/** Whether a lone key belongs to what has the focus: a field, or something open over the page with keys of its own. */
export function isTaken(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target.closest('[role=dialog], [role=menu], [role=listbox]')) return true
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'button', 'submit'].includes(target.type)
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
}

const names: Readonly<Record<string, string>> = {
  ...{ mod: 'Ctrl', shift: 'Shift', alt: 'Alt', enter: 'Enter', escape: 'Esc', space: 'Space' },
  ...{ arrowdown: '↓', arrowup: '↑', arrowleft: '←', arrowright: '→' },
}

/** `g c` → [['G'], ['C']]; `mod+k` → [['Ctrl', 'K']]: strokes one after the other, keys of one stroke together. */
export const shownKeys = (keys: string): readonly (readonly string[])[] =>
  keys.split(' ').map(stroke => stroke.split('+').map(key => names[key] ?? key.toUpperCase()))
