import { useLingui } from '@lingui/react/macro'
import { Steps } from '../../ui/line.tsx'

const order = ['account', 'channel', 'test'] as const

/** Where one is: the account, who carries the mail, then the test mail. */
export function OnboardingSteps({ at }: { readonly at: (typeof order)[number] }) {
  const { t } = useLingui()
  const titles = { account: t`Account`, channel: t`Channel`, test: t`Test mail` }
  const now = order.indexOf(at)
  return (
    <Steps
      label={t`Steps`}
      steps={order.map((step, place) => ({
        title: titles[step],
        is: place < now ? 'ok' : place === now ? 'now' : 'next',
      }))}
    />
  )
}
