package dev.guanlan.gateway.push;

import java.util.concurrent.CompletableFuture;

/** Is a request that is no push, once it is known who sends it. */
public interface Errand {

  /** Returns where the request came in, as the path was registered. */
  String path();

  /** Returns how large its body may be. */
  SizeLimit body(Quota quota);

  /**
   * Does it. Is called on a worker, and may take as long as a request may.
   *
   * @param tenant for whom it is
   * @return the answer; fails with a {@link Refusal} if it is refused
   */
  CompletableFuture<Answer> run(String tenant, Quota quota, byte[] body);
}
