import { useLingui } from '@lingui/react/macro'
import { Steps } from '../../ui/line.tsx'

/** Where one is: the account, then the test mail. */
export function OnboardingSteps({ at }: { readonly at: 'account' | 'test' }) {
  const { t } = useLingui()
  return (
    <Steps
      label={t`Steps`}
      steps={[
        { title: t`Account`, is: at === 'account' ? 'now' : 'ok' },
        { title: t`Test mail`, is: at === 'test' ? 'now' : 'next' },
      ]}
    />
  )
}
