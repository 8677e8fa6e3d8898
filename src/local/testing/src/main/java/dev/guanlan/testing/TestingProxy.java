package dev.guanlan.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a client and a server on this machine, and is the network that fails between them:
 * it passes bytes on, cuts every connection, or lets a request through and loses the answer.
 *
 * <p>Safe for many threads.
 */
public final class TestingProxy implements AutoCloseable {

  private static final int BUFFER_BYTES = 64 << 10;

  private final InetSocketAddress target;
  private final ServerSocket listening;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final ConcurrentLinkedQueue<Runnable> losses = new ConcurrentLinkedQueue<>();
  private final AtomicInteger lost = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private volatile boolean isCut;

  /** Starts a proxy on a port of its own, for the server at a URL with host and port. */
  public TestingProxy(String url) {
    URI server = URI.create(url);
    target = new InetSocketAddress(server.getHost(), server.getPort());
    try {
      listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException("No port is free for a proxy.", e);
    }
    start("accept", this::accept);
  }

  /** Returns the address that a client has to use instead of the server's. */
  public String url() {
    return "http://127.0.0.1:" + listening.getLocalPort();
  }

  /** Closes every connection, and every new one at once, until {@link #mend}. */
  public void cut() {
    isCut = true;
    sockets.forEach(TestingProxy::close);
  }

  /** Lets connections through again. */
  public void mend() {
    isCut = false;
  }

  /**
   * Loses the next answer that the server gives to anybody, and closes its connection.
   *
   * @param meanwhile what happens when the server has answered and the client does not know it
   */
  public void loseAnswer(Runnable meanwhile) {
    losses.add(meanwhile);
  }

  /** Returns how many answers were lost so far, with all that happened meanwhile. */
  public int lost() {
    return lost.get();
  }

  /** Returns how many connections were tried while the network was cut. */
  public int refused() {
    return refused.get();
  }

  @Override
  public void close() {
    isCut = true;
    close(listening);
    sockets.forEach(TestingProxy::close);
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        start("connect", () -> connect(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void connect(Socket client) {
    Socket server = new Socket();
    sockets.add(client);
    sockets.add(server);
    try {
      if (isCut) {
        refused.incrementAndGet();
        throw new IOException("the network is cut");
      }
      server.connect(target);
      start("request", () -> pass(client, server, false));
      start("answer", () -> pass(server, client, true));
    } catch (IOException away) {
      end(client, server);
    }
  }

  private void pass(Socket from, Socket to, boolean isAnswer) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(buffer); count >= 0 && !isCut; count = in.read(buffer)) {
        @Nullable Runnable loss = isAnswer ? losses.poll() : null;
        if (loss != null) {
          loss.run();
          lost.incrementAndGet();
          break;
        }
        out.write(buffer, 0, count);
      }
    } catch (IOException ended) {
      // Either side may close at any time, which ends the other as well.
      end(from, to);
      return;
    }
    end(from, to);
  }

  private void end(Socket one, Socket other) {
    for (Socket socket : new Socket[] {one, other}) {
      sockets.remove(socket);
      close(socket);
    }
  }

  private static void close(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      throw new IllegalStateException("A socket cannot be closed.", e);
    }
  }

  private static void start(String name, Runnable work) {
    Thread thread = new Thread(work, "testing-proxy-" + name);
    thread.setDaemon(true);
    thread.start();
  }
}
