import { useLingui } from '@lingui/react/macro'
import { Button } from '../ui/button.tsx'
import { flipTheme, useIsDark } from '../ui/theme.ts'

/** Light to dark and back. */
export function ThemeButton() {
  const { t } = useLingui()
  return (
    <Button
      look="ghost"
      size="sm"
      icon={useIsDark() ? 'sun' : 'moon'}
      label={t`Switch theme`}
      onClick={flipTheme}
    />
  )
}
