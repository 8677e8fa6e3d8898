package dev.guanlan.codec.zipkin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.RawRecords;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Span;
import dev.guanlan.model.SpanBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import zipkin2.Endpoint;
import zipkin2.codec.SpanBytesEncoder;

/** Whatever Zipkin's own encoders write means the same in both encodings. */
class ZipkinRoundTripTest {

  private static final List<String> TEXTS =
      List.of("a", "观澜 \uD83C\uDF0A", "\"quoted\" \\ back", "\n\t\u0001\u2028", "x".repeat(300));
  private static final zipkin2.Span.Kind[] KINDS = zipkin2.Span.Kind.values();

  private final ZipkinProtoDecoder protobuf = new ZipkinProtoDecoder(DecoderLimits.DEFAULTS);
  private final ZipkinJsonDecoder json = new ZipkinJsonDecoder(DecoderLimits.DEFAULTS);

  private static String text(Random random) {
    return TEXTS.get(random.nextInt(TEXTS.size()));
  }

  private static Endpoint endpoint(Random random) {
    Endpoint.Builder endpoint = Endpoint.newBuilder().serviceName("service-" + random.nextInt(3));
    if (random.nextBoolean()) {
      endpoint.ip(random.nextBoolean() ? "10.0.0." + random.nextInt(256) : "2001:db8::c001");
    }
    return endpoint.port(random.nextInt(65_536)).build();
  }

  private static zipkin2.Span span(Random random) {
    zipkin2.Span.Builder span =
        zipkin2.Span.newBuilder()
            .traceId(random.nextBoolean() ? random.nextLong() : 0, random.nextLong() | 1)
            .id(random.nextLong() | 1)
            .timestamp(1 + random.nextLong(1L << 52))
            .duration(random.nextLong(1L << 40));
    if (random.nextBoolean()) {
      span.parentId(random.nextLong() | 1).name(text(random));
    }
    if (random.nextBoolean()) {
      span.kind(KINDS[random.nextInt(KINDS.length)]).shared(random.nextBoolean());
    }
    if (random.nextBoolean()) {
      span.localEndpoint(endpoint(random)).remoteEndpoint(endpoint(random));
    }
    if (random.nextBoolean()) {
      span.debug(random.nextBoolean());
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      span.addAnnotation(1 + random.nextLong(1L << 52), text(random));
      span.putTag(random.nextBoolean() ? "error" : "tag-" + i, text(random));
    }
    return span.build();
  }

  @Property(tries = 200)
  void listsMeanTheSameInBothEncodings(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    List<zipkin2.Span> spans = new ArrayList<>();
    for (int i = random.nextInt(8); i > 0; i--) {
      spans.add(span(random));
    }
    SpanBlock fromJson =
        json.decode(
            RawRecords.of(Encoding.ZIPKIN_JSON, SpanBytesEncoder.JSON_V2.encodeList(spans)));
    SpanBlock fromProtobuf =
        protobuf.decode(
            RawRecords.of(Encoding.ZIPKIN_PROTO, SpanBytesEncoder.PROTO3.encodeList(spans)));
    assertThat(fromJson).isEqualTo(fromProtobuf);
    List<Span> decoded = new ArrayList<>();
    fromJson.resources().forEach(group -> decoded.addAll(group.spans()));
    assertThat(decoded).hasSameSizeAs(spans);
    for (zipkin2.Span span : spans) {
      assertThat(decoded)
          .anySatisfy(
              found -> {
                assertThat(found.traceId()).endsWith(span.traceId()).hasSize(32);
                assertThat(found.spanId()).isEqualTo(span.id());
                assertThat(found.startNanos()).isEqualTo(span.timestampAsLong() * 1_000);
                assertThat(found.endNanos() - found.startNanos())
                    .isEqualTo(span.durationAsLong() * 1_000);
                assertThat(found.events()).hasSameSizeAs(span.annotations());
                assertThat(found.name()).isEqualTo(span.name() == null ? "" : span.name());
                Labels attributes = found.attributes();
                span.tags()
                    .forEach((name, value) -> assertThat(attributes.get(name)).isEqualTo(value));
                assertThat(attributes.getOrEmpty("peer.service"))
                    .isEqualTo(span.remoteEndpoint() == null ? "" : span.remoteServiceName());
              });
    }
  }
}
