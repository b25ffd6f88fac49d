import { useSyncExternalStore } from 'react'

/** What the person chose; `system` follows the device. */
export type Theme = 'system' | 'light' | 'dark'

const key = 'fairlead-theme'
const listeners = new Set<() => void>()
const asksForDark = () => window.matchMedia('(prefers-color-scheme: dark)')

export function readTheme(): Theme {
  const chosen = document.documentElement.dataset.theme
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system'
}

/** Chooses the theme for this browser and remembers it. */
export function chooseTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
  try {
    if (theme === 'system') localStorage.removeItem(key)
    else localStorage.setItem(key, theme)
  } catch {
    // Storage may be closed to this page; the choice then lasts until it is left.
  }
  for (const listener of listeners) listener()
}

/** Whether the page is dark now, whoever said so. */
export const isDark = (): boolean => {
  const theme = readTheme()
  return theme === 'system' ? asksForDark().matches : theme === 'dark'
}

/** Light to dark and back, as the button in the sidebar does. */
export const flipTheme = (): void => chooseTheme(isDark() ? 'light' : 'dark')

const subscribe = (listener: () => void) => {
  const query = asksForDark()
  listeners.add(listener)
  query.addEventListener('change', listener)
  return () => {
    listeners.delete(listener)
    query.removeEventListener('change', listener)
  }
}

export const useTheme = (): Theme => useSyncExternalStore(subscribe, readTheme)
export const useIsDark = (): boolean => useSyncExternalStore(subscribe, isDark)
