import { type ClipboardEvent, type KeyboardEvent, useState } from 'react'
import { splitRecipients } from './recipient-text.ts'
import { type Suggestion, useSuggestions } from './use-suggestions.ts'

export const mailboxOf = ({ name, address }: Suggestion): string => {
  if (name === '') return address
  return /^[\p{L}\p{N} .'-]+$/u.test(name)
    ? `${name} <${address}>`
    : `"${name.replace(/["\\]/g, '')}" <${address}>`
}

/** What the input of a recipients' field does: keys, paste, choosing. A recipient twice is one. */
export function useRecipientBox(value: readonly string[], onChange: (value: string[]) => void) {
  const [text, setText] = useState('')
  const [at, setAt] = useState(-1)
  const [isFocused, setIsFocused] = useState(false)
  const [isClosed, setIsClosed] = useState(false)
  const people = useSuggestions(text, { isOn: isFocused && text.trim() !== '', without: value })
  const isOpen = isFocused && !isClosed && text.trim() !== '' && people.length > 0
  const type = (next: string) => {
    setText(next)
    setAt(-1)
    setIsClosed(false)
  }
  const add = (texts: readonly string[]) => {
    if (texts.length > 0) onChange([...new Set([...value, ...texts])])
    type('')
  }
  const remove = (index: number) => onChange(value.filter((_, each) => each !== index))
  const choose = (person: Suggestion) => add([mailboxOf(person)])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey) return
    const chosen = people[at]
    if (isOpen && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault()
      setAt((at + (event.key === 'ArrowDown' ? 1 : people.length + (at < 0 ? 0 : -1))) % people.length)
    } else if (event.key === 'Escape' && isOpen) {
      event.preventDefault()
      setIsClosed(true)
    } else if (event.key === 'Backspace' && text === '' && value.length > 0) remove(value.length - 1)
    else if (isOpen && chosen && (event.key === 'Enter' || event.key === 'Tab')) {
      event.preventDefault()
      choose(chosen)
    } else if (isEnd(event.key, text)) {
      event.preventDefault()
      add(splitRecipients(text))
    }
  }
  const onPaste = (event: ClipboardEvent) => {
    const texts = splitRecipients(event.clipboardData.getData('text/plain'))
    if (texts.length < 2 && !(text === '' && texts[0]?.includes('@'))) return
    event.preventDefault()
    add([...splitRecipients(text), ...texts])
  }
  const onBlur = () => {
    setIsFocused(false)
    if (text.trim() !== '') add(splitRecipients(text))
  }
  return { text, at, isOpen, people, type, remove, choose, onKeyDown, onPaste, onBlur, setIsFocused }
}

/** Enter, comma and semicolon end a recipient; a space does behind a whole address; a comma inside quotes does not. */
const isEnd = (key: string, text: string): boolean => {
  if (text.trim() === '' || (text.split('"').length % 2 === 0 && key !== 'Enter')) return false
  return (
    key === 'Enter' ||
    key === ',' ||
    key === ';' ||
    (key === ' ' && /^[^\s<>"]+@[^\s<>"]+\.[^\s<>"]+$/.test(text))
  )
}
