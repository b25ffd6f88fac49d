import { Trans } from '@lingui/react/macro'
import { problemSentence } from '../api/problem-sentence.ts'
import { Button } from '../ui/button.tsx'
import { Note } from '../ui/note.tsx'

interface LoadFailedProps {
  readonly error: unknown
  readonly onRetry: () => void
}

/** In place of what could not be loaded: why, and a second try. */
export const LoadFailed = ({ error, onRetry }: LoadFailedProps) => (
  <Note
    tone="bad"
    action={
      <Button size="sm" onClick={onRetry}>
        <Trans>Try again</Trans>
      </Button>
    }
  >
    {problemSentence(error)}
  </Note>
)
