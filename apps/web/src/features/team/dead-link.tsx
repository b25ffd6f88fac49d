import { Trans } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { problemSentence } from '../../api/problem-sentence.ts'
import { buttonClass } from '../../ui/button.tsx'
import { Empty } from '../../ui/empty.tsx'

/** A link from a mail that does not work (any more), and where to get on. */
export const DeadLink = ({
  error,
  to,
}: {
  readonly error: unknown
  readonly to: '/forgotten-password' | '/sign-in'
}) => (
  <section className="ob-f">
    <h1 className="sr">
      <Trans>This link does not work</Trans>
    </h1>
    <Empty
      rope="parted"
      title={<Trans>This link does not work</Trans>}
      action={
        <Link to={to} className={buttonClass({ look: 'primary' })}>
          {to === '/sign-in' ? <Trans>Sign in</Trans> : <Trans>Ask for a new link</Trans>}
        </Link>
      }
    >
      {problemSentence(error)}
    </Empty>
  </section>
)
