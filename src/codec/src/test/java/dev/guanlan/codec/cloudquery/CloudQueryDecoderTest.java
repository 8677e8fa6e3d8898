package dev.guanlan.codec.cloudquery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.PayloadTooLargeException;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.RawRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A payload of CloudQuery's")
final class CloudQueryDecoderTest {

  private static final String INSTANCE =
      "{\"_cq_id\":\"5b4c\",\"_cq_parent_id\":null,\"_cq_source_name\":\"aws\","
          + "\"_cq_sync_time\":\"2023-11-14T22:13:20Z\",\"account_id\":\"123456789012\","
          + "\"region\":\"eu-west-1\",\"arn\":\"arn:aws:ec2:eu-west-1:123456789012:instance/i-0abc\","
          + "\"instance_id\":\"i-0abc\",\"instance_type\":\"m5.large\","
          + "\"placement\":{\"AvailabilityZone\":\"eu-west-1a\",\"deep\":[[1]]},"
          + "\"tags\":{\"Name\":\"web-1\",\"team\":\"shop\",\"none\":null}}\n";

  private final CloudQueryDecoder decoder = new CloudQueryDecoder(DecoderLimits.DEFAULTS);

  private static RawRecord raw(String topic, byte[] payload) {
    return new RawRecord(
        "anonymous", Encoding.CLOUDQUERY_NDJSON, 1, null, payload, new Origin(topic, 0, 0));
  }

  private Labels only(String topic, String json) throws MalformedPayloadException {
    return decoder.decode(raw(topic, json.getBytes(UTF_8))).get(0);
  }

  @Test
  @DisplayName("gives a cloud resource's place, facts and tags in OpenTelemetry's names")
  void cloudResource() throws Exception {
    assertThat(only("cloudquery.aws_ec2_instances", INSTANCE).toMap())
        .containsOnly(
            entry("cloud.provider", "aws"),
            entry("cloud.resource_id", "arn:aws:ec2:eu-west-1:123456789012:instance/i-0abc"),
            entry("cloud.resource.id", "arn:aws:ec2:eu-west-1:123456789012:instance/i-0abc"),
            entry("cloud.resource.type", "aws_ec2_instances"),
            entry("cloud.resource.name", "i-0abc"),
            entry("cloud.resource.instance_type", "m5.large"),
            entry("cloud.account.id", "123456789012"),
            entry("cloud.region", "eu-west-1"),
            entry("host.id", "i-0abc"),
            entry("cloud.resource.tag.Name", "web-1"),
            entry("cloud.resource.tag.team", "shop"));
  }

  private static java.util.Map.Entry<String, String> entry(String name, String value) {
    return java.util.Map.entry(name, value);
  }

  @Test
  @DisplayName("gives a pod by the names that agents use")
  void pod() throws Exception {
    assertThat(
            only(
                "cloudquery.k8s_core_pods",
                "{\"context\":\"prod\",\"namespace\":\"shop\",\"name\":\"cart-1\",\"uid\":\"41f2\",\"spec_node_name\":\"n1\",\"labels\":{\"app\":\"cart\"}}"))
        .isEqualTo(
            Labels.of(
                "k8s.cluster.name", "prod",
                "k8s.namespace.name", "shop",
                "k8s.node.name", "n1",
                "k8s.pod.name", "cart-1",
                "k8s.pod.uid", "41f2"));
  }

  @Test
  @DisplayName("holds a row a line, and may be gzip")
  void manyInGzip() throws Exception {
    byte[] rows = INSTANCE.repeat(3).getBytes(UTF_8);
    assertThat(decoder.decode(raw("cloudquery.aws_ec2_instances", rows))).hasSize(3);
    assertThat(decoder.decode(raw("cloudquery.aws_ec2_instances", gzip(rows)))).hasSize(3);
    assertThat(decoder.decode(raw("cloudquery.aws_ec2_instances", new byte[0]))).isEmpty();
  }

  @Test
  @DisplayName("passes over rows that name nothing, and counts them")
  void nameless() throws Exception {
    String rows = "{\"user_arn\":\"x\"}\n" + INSTANCE + "{\"_cq_id\":\"1\"}";
    assertThat(decoder.decode(raw("cloudquery.aws_iam_user_groups", rows.getBytes(UTF_8))))
        .hasSize(1);
    assertThat(decoder.namelessRows()).isEqualTo(2);
  }

  @Test
  @DisplayName("is refused with the line that is no row")
  void malformed() {
    assertRefused(INSTANCE + "garbage\n", "line 2");
    assertRefused(INSTANCE + INSTANCE + "[1]\n", "line 3");
    assertRefused(INSTANCE.substring(0, 50), "line 1");
    assertRefused("_cq_id,name\n1,x\n", "format to json");
    assertThatThrownBy(
            () -> decoder.decode(raw("cloudquery.t", new byte[] {0x1F, (byte) 0x8B, 8, 0, 1})))
        .isInstanceOf(MalformedPayloadException.class)
        .hasMessageContaining("gzip");
  }

  private void assertRefused(String rows, String why) {
    assertThatThrownBy(() -> decoder.decode(raw("cloudquery.t", rows.getBytes(UTF_8))))
        .isInstanceOf(MalformedPayloadException.class)
        .hasMessageContaining(why)
        .hasMessageContaining("; ");
  }

  @Test
  @DisplayName("is refused if it is a bomb")
  void bombs() throws Exception {
    CloudQueryDecoder small =
        new CloudQueryDecoder(DecoderLimits.DEFAULTS.withMaxDecompressedBytes(100_000, "--limit"));
    assertThatThrownBy(() -> small.decode(raw("cloudquery.t", gzip(new byte[5_000_000]))))
        .isInstanceOf(PayloadTooLargeException.class);
    String deep = "{\"a\":" + "[".repeat(10_000);
    assertThatThrownBy(() -> small.decode(raw("cloudquery.t", deep.getBytes(UTF_8))))
        .isInstanceOf(MalformedPayloadException.class);
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }
}
