import type { MessageDescriptor } from '@lingui/core'
import { useEffect, useRef, useSyncExternalStore } from 'react'
import type { IconName } from '../ui/icon-paths.ts'
import { isTaken, keystrokeOf } from './keystroke.ts'

/** Something that can be done from anywhere on a screen: by its keys, and from the palette. */
export interface Command {
  readonly label: MessageDescriptor
  /** `c`, `g c` (one after the other), `mod+k`, `shift+t`. Lone keys rest while somebody types. */
  readonly keys?: string
  readonly icon?: IconName
  /** Answers false where it does not apply just now: then the key is left to whoever else wants it. */
  readonly run: () => unknown
  /** Not in the palette: it moves within the screen, or opens the palette itself. */
  readonly isKeyOnly?: boolean
}

export interface CommandGroup {
  readonly title: MessageDescriptor
  readonly commands: readonly Command[]
}

const sequenceMs = 900
const singleKeysOff = 'fairlead-single-keys-off'
let groups: readonly CommandGroup[] = []
const listeners = new Set<() => void>()

function change(next: readonly CommandGroup[]): void {
  groups = next
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/**
 * Makes commands known while the component is on the page. The latest come first: a screen's keys win over the shell's.
 * `commands` may be made anew on each render; which keys and labels there are must not depend on it.
 */
export function useCommands(title: MessageDescriptor, commands: readonly Command[]): void {
  const latest = useRef(commands)
  latest.current = commands
  const shape = commands.map(({ keys, label }) => `${keys}:${label.id}`).join('|')
  useEffect(() => {
    // Read through the shape: only a change of keys or labels makes a new group.
    const known = shape === '' ? [] : latest.current
    const stable = known.map((command, at) => ({ ...command, run: () => latest.current[at]?.run() }))
    const group = { title, commands: stable }
    change([group, ...groups])
    return () => change(groups.filter(each => each !== group))
  }, [title, shape])
}

/** Everything that can be done now, for the palette and the list of keys. */
export const useCommandGroups = (): readonly CommandGroup[] => useSyncExternalStore(subscribe, () => groups)

/** Whether lone keys do anything (WCAG 2.1.4 asks that they can be turned off). */
export const areSingleKeysOn = (): boolean => localStorage.getItem(singleKeysOff) === null

export function turnSingleKeys(on: boolean): void {
  if (on) localStorage.removeItem(singleKeysOff)
  else localStorage.setItem(singleKeysOff, '1')
  change([...groups])
}

/** Listens for the whole page; answers what ends it. */
export function listenForKeys(): () => void {
  let first: { readonly stroke: string; readonly at: number } | null = null
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return
    const stroke = keystrokeOf(event)
    const isAlone = !/mod|alt/.test(stroke) && stroke !== 'escape'
    if (isAlone && (isTaken(event.target) || (isCharacter(stroke) && !areSingleKeysOn()))) return
    const isSecond = first !== null && event.timeStamp - first.at < sequenceMs
    const wanted = isSecond ? `${first?.stroke} ${stroke}` : stroke
    first = startsSequence(stroke) && !isSecond ? { stroke, at: event.timeStamp } : null
    if (runFirst(wanted)) event.preventDefault()
  }
  document.addEventListener('keydown', onKey)
  return () => document.removeEventListener('keydown', onKey)
}

/** Enter and arrows are no characters: nobody says them by chance, and they stay on. */
const isCharacter = (stroke: string): boolean => (stroke.split('+').at(-1) ?? '').length === 1

const everyCommand = (): readonly Command[] => groups.flatMap(group => group.commands)

const startsSequence = (stroke: string): boolean =>
  everyCommand().some(({ keys }) => keys?.startsWith(`${stroke} `) === true)

const runFirst = (wanted: string): boolean =>
  everyCommand().some(({ keys, run }) => keys === wanted && run() !== false)
