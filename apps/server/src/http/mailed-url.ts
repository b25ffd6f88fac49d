import { mailedPaths } from '@fairlead/contract'

/** The page that a mailed link opens. */
export function mailedUrl(publicUrl: string, kind: keyof typeof mailedPaths, token: string): string {
  return `${publicUrl}${mailedPaths[kind]}/${token}`
}
