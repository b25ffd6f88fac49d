import { Trans, useLingui } from '@lingui/react/macro'
import { problemSentence } from '../api/problem-sentence.ts'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { useTitle } from './title.ts'

/** A page that did not load or broke while it was drawn; what was typed elsewhere is kept by who keeps it. */
export function PageFailed({ error, reset }: { readonly error: unknown; readonly reset: () => void }) {
  const { t } = useLingui()
  useTitle(t`This page did not load`)
  return (
    <main className="m-auto grid min-h-dvh place-items-center p-6" id="main">
      <h1 className="sr">
        <Trans>This page did not load</Trans>
      </h1>
      <Empty
        rope="parted"
        title={<Trans>This page did not load</Trans>}
        action={
          <Button look="primary" icon="refresh" onClick={reset}>
            <Trans>Try again</Trans>
          </Button>
        }
      >
        {problemSentence(error)}
      </Empty>
    </main>
  )
}
