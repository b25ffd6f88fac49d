import type { MessageDescriptor } from '@lingui/core'
import { type ComponentType, createContext, useContext } from 'react'
import type { IconName } from '../ui/icon-paths.ts'

/** A screen that one can go to: what a feature tells the shell about itself. */
export interface Place {
  /** Its path, such as /conversations. */
  readonly to: string
  readonly label: MessageDescriptor
  readonly icon: IconName
  /** `compose` is the button at the top; `main` the sidebar; `settings` the pages behind Settings. */
  readonly group: 'compose' | 'main' | 'settings'
  /** Order within its group, small first. */
  readonly rank: number
  /** Keys that lead there: `c`, `g c`. */
  readonly keys?: string
  /** Its own bar below 860 px. */
  readonly isInBottomBar?: boolean
  /** More of the sidebar below its line, such as the folders. */
  readonly below?: ComponentType
  /** For admins only. */
  readonly isForAdmins?: boolean
  /** Only where the installation has a simulated internet. */
  readonly isForSandbox?: boolean
}

const PlacesContext = createContext<readonly Place[]>([])
export const PlacesProvider = PlacesContext.Provider

/** All places of this installation, by group and rank. */
export const usePlaces = (): readonly Place[] => useContext(PlacesContext)
