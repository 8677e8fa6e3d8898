package dev.guanlan.connector.alertmanager;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Builds an {@link AlertmanagerSink}. */
public final class AlertmanagerSinkBuilder {

  private final List<URI> peers = new ArrayList<>();
  private int queueCapacity = 10_000;
  private int batchSize = 256;
  private Duration requestTimeout = Duration.ofSeconds(10);
  private Duration shortestRest = Duration.ofMillis(250);
  private Duration longestRest = Duration.ofSeconds(30);
  private Duration flushTimeout = Duration.ofMillis(500);

  AlertmanagerSinkBuilder() {}

  /**
   * Adds peers.
   *
   * @param urls each as {@code http://host:port}, with a path if Alertmanager has a route prefix
   * @throws IllegalArgumentException if one is no such URL
   */
  public AlertmanagerSinkBuilder addPeers(List<String> urls) {
    for (String url : urls) {
      peers.add(endpoint(url));
    }
    return this;
  }

  private static URI endpoint(String url) {
    String base = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    try {
      URI uri = URI.create(base + "/api/v2/alerts");
      if (uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      throw notUrl(url, e);
    }
    throw notUrl(url, null);
  }

  private static IllegalArgumentException notUrl(
      String url, @org.jspecify.annotations.Nullable Throwable cause) {
    return new IllegalArgumentException(
        "not the address of an Alertmanager: \""
            + url.substring(0, Math.min(url.length(), 200))
            + "\"; write it as http://host:port",
        cause);
  }

  /** Sets how many alerts may wait for a peer; default 10,000. */
  public AlertmanagerSinkBuilder setQueueCapacity(int alerts) {
    queueCapacity = positive(alerts, "queue capacity");
    return this;
  }

  /** Sets how many alerts are posted at once; default 256. */
  public AlertmanagerSinkBuilder setBatchSize(int alerts) {
    batchSize = positive(alerts, "batch size");
    return this;
  }

  /** Sets how long a post may take; default 10 s. */
  public AlertmanagerSinkBuilder setRequestTimeout(Duration timeout) {
    requestTimeout = timeout;
    return this;
  }

  /** Sets how long a peer that failed rests, at first and at most; default 250 ms and 30 s. */
  public AlertmanagerSinkBuilder setRest(Duration shortest, Duration longest) {
    shortestRest = shortest;
    longestRest = longest;
    return this;
  }

  /** Sets how long a checkpoint waits for peers that are well; default 500 ms. */
  public AlertmanagerSinkBuilder setFlushTimeout(Duration timeout) {
    flushTimeout = timeout;
    return this;
  }

  /**
   * Makes the sink. One without peers takes notifications and tells nobody.
   *
   * @throws IllegalArgumentException if a setting is out of its range
   */
  public AlertmanagerSink build() {
    return new AlertmanagerSink(
        peers,
        new AlertmanagerSink.Settings(
            queueCapacity, batchSize, requestTimeout, shortestRest, longestRest, flushTimeout));
  }

  private static int positive(int value, String what) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "the " + what + " must be at least 1, and is " + value + "; raise it");
    }
    return value;
  }
}
