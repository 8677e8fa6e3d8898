package dev.guanlan.connector.kafka;

import org.jspecify.annotations.Nullable;

/** Says that a compacted topic could not be read to its end. */
public final class CompactedTopicException extends RuntimeException {

  CompactedTopicException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
