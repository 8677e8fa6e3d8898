package dev.guanlan.connector.alertmanager;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Answers questions for SRV records over UDP (RFC 1035, RFC 2782). */
final class TestingDnsServer implements AutoCloseable {

  private static final int HEADER_BYTES = 12;
  private static final int POINTER_TO_QUESTION = 0xC00C;
  private static final int SRV = 33;

  private final Map<String, List<Resolver.Service>> services = new ConcurrentHashMap<>();
  private final DatagramSocket socket;

  TestingDnsServer() throws IOException {
    socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::serve, "testing-dns");
    thread.setDaemon(true);
    thread.start();
  }

  /** Returns its address, as JNDI writes it. */
  String url() {
    return "dns://127.0.0.1:" + socket.getLocalPort();
  }

  void service(String name, Resolver.Service... offered) {
    services.put(name, List.of(offered));
  }

  private void serve() {
    byte[] buffer = new byte[512];
    try {
      while (!socket.isClosed()) {
        DatagramPacket question = new DatagramPacket(buffer, buffer.length);
        socket.receive(question);
        byte[] answer = answer(buffer, question.getLength());
        socket.send(new DatagramPacket(answer, answer.length, question.getSocketAddress()));
      }
    } catch (IOException e) {
      if (!socket.isClosed()) {
        throw new IllegalStateException("the DNS server of the test broke", e);
      }
    }
  }

  private byte[] answer(byte[] question, int length) throws IOException {
    StringBuilder name = new StringBuilder();
    int at = HEADER_BYTES;
    while (question[at] != 0) {
      name.append(name.isEmpty() ? "" : ".")
          .append(new String(question, at + 1, question[at], StandardCharsets.US_ASCII));
      at += question[at] + 1;
    }
    // Behind the name's end: type and class.
    int end = Math.min(at + 5, length);
    List<Resolver.Service> known = services.get(name.toString());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(question, 0, 2);
    // An authoritative answer with recursion at hand; 3 says that there is no such name.
    out.writeShort(known == null ? 0x8583 : 0x8580);
    out.writeShort(1);
    out.writeShort(known == null ? 0 : known.size());
    out.writeInt(0);
    out.write(question, HEADER_BYTES, end - HEADER_BYTES);
    for (Resolver.Service service : known == null ? List.<Resolver.Service>of() : known) {
      out.writeShort(POINTER_TO_QUESTION);
      out.writeShort(SRV);
      out.writeShort(1);
      out.writeInt(0);
      byte[] target = labels(service.host());
      out.writeShort(6 + target.length);
      out.writeShort(10);
      out.writeShort(20);
      out.writeShort(service.port());
      out.write(target);
    }
    return bytes.toByteArray();
  }

  private static byte[] labels(String host) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String label : host.isEmpty() ? new String[0] : host.split("\\.", -1)) {
      bytes.write(label.length());
      bytes.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
    }
    bytes.write(0);
    return bytes.toByteArray();
  }

  @Override
  public void close() {
    socket.close();
  }
}
