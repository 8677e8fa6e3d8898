package dev.guanlan.gateway;

import com.google.rpc.Status;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;

/** Calls a unary gRPC method with bytes that no generated client would send. */
final class GrpcCall {

  static final String METRICS = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";
  static final String LOGS = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
  static final String TRACES = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

  /**
   * Is how a call ended.
   *
   * @param code gRPC's status code
   * @param details what the status says at length
   * @param message the answer's message, without its frame; empty if there is none
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Outcome(int code, Status details, byte[] message, AggregatedHttpResponse response) {}

  private GrpcCall() {}

  static byte[] frame(int flag, byte[] message) {
    return ByteBuffer.allocate(5 + message.length)
        .put((byte) flag)
        .putInt(message.length)
        .put(message)
        .array();
  }

  /** Calls a method with a body as it is. */
  static Outcome call(WebClient client, String path, byte[] body, String... headers)
      throws IOException {
    RequestHeadersBuilder request =
        RequestHeaders.builder(HttpMethod.POST, path)
            .add("content-type", "application/grpc")
            .add("te", "trailers");
    for (int i = 0; i < headers.length; i += 2) {
      request.set(headers[i], headers[i + 1]);
    }
    return outcome(client.execute(request.build(), HttpData.wrap(body)).aggregate().join());
  }

  /** Reads how a call ended. */
  static Outcome outcome(AggregatedHttpResponse response) throws IOException {
    boolean alone = response.headers().contains("grpc-status");
    String code =
        alone ? response.headers().get("grpc-status") : response.trailers().get("grpc-status");
    String details = response.headers().get("grpc-status-details-bin", "");
    byte[] content = response.content().array();
    return new Outcome(
        code == null ? -1 : Integer.parseInt(code),
        Status.parseFrom(Base64.getDecoder().decode(details)),
        content.length < 5 ? new byte[0] : Arrays.copyOfRange(content, 5, content.length),
        response);
  }
}
