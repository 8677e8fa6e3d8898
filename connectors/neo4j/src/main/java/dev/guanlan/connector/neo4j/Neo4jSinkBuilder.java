package dev.guanlan.connector.neo4j;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Builds a {@link Neo4jSink}. */
public final class Neo4jSinkBuilder {

  private @Nullable String uri;
  private @Nullable String user;
  private @Nullable String password;
  private int batchSize = 1000;
  private Duration flushInterval = Duration.ofSeconds(1);
  private Duration retryTime = Duration.ofSeconds(60);
  private Duration graveTime = Duration.ofDays(7);

  Neo4jSinkBuilder() {}

  /** Sets where Neo4j is, as {@code bolt://127.0.0.1:7687}. */
  public Neo4jSinkBuilder setUri(String newUri) {
    String scheme = URI.create(newUri).getScheme();
    if (scheme == null || !(scheme.startsWith("bolt") || scheme.startsWith("neo4j"))) {
      throw new IllegalArgumentException(
          "Neo4j cannot be reached at \""
              + newUri
              + "\"; give a URI that begins with bolt:// or neo4j://");
    }
    this.uri = newUri;
    return this;
  }

  /** Sets whom to log in as; without, the sink logs in as nobody. */
  public Neo4jSinkBuilder setLogin(String newUser, String newPassword) {
    this.user = newUser;
    this.password = newPassword;
    return this;
  }

  /** Sets how many changes one transaction writes at most; 1000 unless set. */
  public Neo4jSinkBuilder setBatchSize(int changes) {
    if (changes < 1) {
      throw new IllegalArgumentException("a batch of " + changes + " changes; give 1 or more");
    }
    this.batchSize = changes;
    return this;
  }

  /** Sets how long a change waits for others at most; 1 s unless set. */
  public Neo4jSinkBuilder setFlushInterval(Duration interval) {
    this.flushInterval = positive("flush interval", interval);
    return this;
  }

  /**
   * Sets for how long a transaction is tried again after transient failures; 60 s unless set. Keep
   * it well below the checkpoint timeout.
   */
  public Neo4jSinkBuilder setRetryTime(Duration time) {
    this.retryTime = positive("retry time", time);
    return this;
  }

  /**
   * Sets how long deletions are remembered, so that an older change that comes late does not bring
   * back what is gone; 7 days unless set.
   */
  public Neo4jSinkBuilder setGraveTime(Duration time) {
    this.graveTime = positive("grave time", time);
    return this;
  }

  private static Duration positive(String what, Duration duration) {
    if (duration.isZero() || duration.isNegative()) {
      throw new IllegalArgumentException(
          "the " + what + " " + duration + " is not positive; give at least a millisecond");
    }
    return duration;
  }

  /** Makes the sink. */
  public Neo4jSink build() {
    if (uri == null) {
      throw new IllegalStateException("the Neo4j sink has no address; call setUri");
    }
    return new Neo4jSink(
        new Neo4jSettings(uri, user, password, batchSize, flushInterval, retryTime, graveTime));
  }
}
