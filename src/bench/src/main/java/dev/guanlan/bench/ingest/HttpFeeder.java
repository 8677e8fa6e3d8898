package dev.guanlan.bench.ingest;

import dev.guanlan.bench.send.HttpSender;
import dev.guanlan.bench.send.Signal;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Posts the requests of a file over a few connections, as fast as they are acknowledged. The
 * requests of one sender keep their order, as Prometheus' shards keep it.
 */
final class HttpFeeder {

  private static final int CONNECTIONS = 4;
  private static final int WAITING = 16;
  private static final Duration PAUSE = Duration.ofMillis(50);

  /** Tells a sender that nothing more comes: no real request is without entries. */
  private static final RequestFile.Request END = new RequestFile.Request(0, 0, new byte[0]);

  private final HttpSender http;

  /** Makes a feeder that posts to {@code url}. */
  HttpFeeder(URI url, Signal signal) {
    http = new HttpSender(url, signal);
  }

  /** Posts every request; returns when all are acknowledged. */
  void feed(RequestFile file) throws IOException, InterruptedException {
    List<BlockingQueue<RequestFile.Request>> queues = new ArrayList<>();
    List<Future<@Nullable Void>> senders = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
    try (RequestFile.Reader reader = file.open()) {
      for (int i = 0; i < CONNECTIONS; i++) {
        BlockingQueue<RequestFile.Request> queue = new ArrayBlockingQueue<>(WAITING);
        queues.add(queue);
        senders.add(
            threads.submit(
                () -> {
                  for (var next = queue.take(); next.entries() > 0; next = queue.take()) {
                    http.send(next.sender(), next.body());
                  }
                  return null;
                }));
      }
      while (reader.hasNext()) {
        RequestFile.Request request = reader.next();
        hand(request, request.sender() % CONNECTIONS, queues, senders);
      }
      for (int i = 0; i < CONNECTIONS; i++) {
        hand(END, i, queues, senders);
        senders.get(i).get();
      }
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  /** Hands a request to its sender, which may have failed and takes nothing more. */
  private static void hand(
      RequestFile.Request request,
      int to,
      List<BlockingQueue<RequestFile.Request>> queues,
      List<Future<@Nullable Void>> senders)
      throws InterruptedException, ExecutionException {
    while (!queues.get(to).offer(request, PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
      if (senders.get(to).isDone()) {
        senders.get(to).get();
      }
    }
  }
}
