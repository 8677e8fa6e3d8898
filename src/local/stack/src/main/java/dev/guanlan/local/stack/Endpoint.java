package dev.guanlan.local.stack;

import java.net.URI;

/**
 * Names one address that a part listens at, always on loopback.
 *
 * @param label what it is for, such as {@code HTTP} or {@code bolt}
 * @param scheme the URI scheme to reach it with; empty for bare {@code host:port}
 * @param port the TCP port
 * @param variable the environment variable that moves it to another port
 */
public record Endpoint(String label, String scheme, int port, String variable) {

  /** The only address that anything here listens on. */
  public static final String HOST = "127.0.0.1";

  /** Returns {@code 127.0.0.1:port}. */
  public String address() {
    return HOST + ":" + port;
  }

  /** Returns the address with its scheme, or bare when there is none. */
  public String url() {
    return scheme.isEmpty() ? address() : scheme + "://" + address();
  }

  /** Returns the address of {@code path} (with its leading slash) on this endpoint. */
  public URI uri(String path) {
    return URI.create(url() + path);
  }
}
